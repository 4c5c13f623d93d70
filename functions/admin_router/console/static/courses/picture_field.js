// A picture of one's own, which becomes part of the template.

import { fill, h } from "./dom.js";
import { field } from "./forms.js";
import { t } from "./words.js";

/** Bytes; the server takes no more. */
const LIMIT = 30_000;
const TYPES = ["image/png", "image/jpeg", "image/svg+xml"];

/** `logo` or `signature`. Its address stands in a hidden field, so that a draft keeps it. */
export function pictureField(name) {
  const kept = h("input", { type: "hidden", name });
  const wrong = h("span", { class: "picture-wrong", role: "alert" });
  const shown = h("img", { alt: t(`editor.${name}.chosen`) });
  const remove = h("button", { type: "button", class: "quiet", onclick: () => set("") }, t(`editor.${name}.remove`));
  const file = field(t(`editor.${name}`), { type: "file", accept: TYPES.join(",") }, t(`editor.${name}.hint`, { limit: LIMIT }));
  const input = file.querySelector("input");
  const set = (address) => {
    kept.value = address;
    input.value = "";
    kept.dispatchEvent(new Event("input", { bubbles: true }));
  };
  input.addEventListener("change", async () => {
    const [chosen] = input.files;
    if (!chosen) return;
    fill(wrong, objection(chosen));
    if (wrong.firstChild) input.value = "";
    else set(await addressOf(chosen));
  });
  const chosen = h("span", { class: "chosen" }, shown, remove);
  const sync = () => {
    chosen.hidden = !kept.value;
    if (kept.value) shown.src = kept.value;
    else shown.removeAttribute("src");
  };
  return { node: h("div", {}, file, wrong, chosen, kept), sync, value: () => [name, kept.value] };
}

function objection({ name, size, type }) {
  if (!TYPES.includes(type)) return t("editor.picture.type", { name });
  if (size > LIMIT) return t("editor.picture.large", { name, size, limit: LIMIT });
  return null;
}

function addressOf(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
}
