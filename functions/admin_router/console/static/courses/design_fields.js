// A design, and what a course makes of it.

import { h } from "./dom.js";
import { field, select } from "./forms.js";
import { pictureField } from "./picture_field.js";
import { has, t } from "./words.js";

const TEXTS = { heading: 80, signer_name: 60, signer_title: 80 };

export function designFields(designs) {
  const options = designs.map(({ name, description }) => [name, has(`editor.design.${name}`) ? t(`editor.design.${name}`) : description]);
  const [choice, color, ...texts] = [
    select(t("editor.design"), { name: "template_name", value: designs[0].name }, options),
    field(t("editor.color"), { name: "accent_color", type: "color", value: defaultOf(designs[0], "accent_color") }, t("editor.color.hint")),
    ...Object.entries(TEXTS).map(([name, maxlength]) => field(t(`editor.${name}`), { name, maxlength, autocomplete: "off", dir: "auto" })),
  ];
  const pictures = [pictureField("logo"), pictureField("signature")];
  const inputs = [color, ...texts].map((each) => each.querySelector("input"));
  const chosen = () => designs.find(({ name }) => name === choice.querySelector("select").value) ?? designs[0];
  // A colour that nobody chose is the next design's own.
  choice.addEventListener("change", () => isOneOf(designs, inputs[0].value) && (inputs[0].value = defaultOf(chosen(), "accent_color")));
  const sync = () => {
    for (const each of inputs.slice(1)) each.placeholder = defaultOf(chosen(), each.name);
    for (const each of pictures) each.sync();
  };
  return {
    nodes: [choice, h("div", { class: "pairs" }, color, texts), h("div", { class: "pairs" }, pictures.map((each) => each.node))],
    sync,
    chosen: () => ({ template_name: chosen().name, template_options: optionsOf(chosen(), inputs, pictures) }),
  };
}

/** What differs from the design as it is. */
function optionsOf(design, inputs, pictures) {
  const texts = inputs.map(({ name, value }) => [name, value.trim()]).filter(([name, value]) => value && value !== defaultOf(design, name));
  return Object.fromEntries([...texts, ...pictures.map((each) => each.value()).filter(([, address]) => address)]);
}

const defaultOf = (design, name) => design.options.find((each) => each.name === name)?.default ?? "";

const isOneOf = (designs, color) => designs.some((each) => defaultOf(each, "accent_color") === color);
