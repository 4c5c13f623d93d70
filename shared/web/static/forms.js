// Forms that say where they are: busy, failed, or done. What was typed stays, over a reload too if it has a `draft`.

import { fill, h } from "./dom.js";
import { problem } from "./failures.js";
import { ofTab } from "./storage.js";

let last = 0;

/** A labelled input with its hint. */
export const field = (label, attributes, hint) => labelled(label, "input", attributes, hint);

/** Of several lines. */
export const area = (label, { value = "", ...attributes }, hint) => labelled(label, "textarea", attributes, hint, value);

/** One of `options`, which are `[value, label]`. */
export const select = (label, { value = "", ...attributes }, options, hint) =>
  labelled(label, "select", attributes, hint, options.map(([each, shown]) => h("option", { value: each, selected: each === value }, shown)));

/** A box to tick; its label stands behind it. */
export function tick(label, attributes) {
  const id = `field-${++last}`;
  return h("p", { class: "tick" }, h("input", { id, type: "checkbox", ...attributes }), h("label", { for: id }, label));
}

function labelled(label, name, attributes, hint, ...children) {
  const id = attributes.id ?? `field-${++last}`;
  const described = hint ? `${id}-hint` : null;
  return h(
    "p",
    { class: "field" },
    h("label", { for: id }, label),
    h(name, { "aria-describedby": described, ...attributes, id }, ...children),
    hint && h("small", { id: described }, hint),
  );
}

/**
 * A form that calls `act` with its values, once at a time. With `draft`, a name of its own, what was typed is kept until
 * it was done; passwords and files are not.
 */
export function form(submit, act, ...children) {
  return drafted(null, submit, act, ...children);
}

export function drafted(draft, submit, act, ...children) {
  const outcome = h("div", { class: "outcome" });
  const button = submit instanceof Element ? submit : h("button", {}, submit);
  const element = h("form", {}, ...children, outcome, h("p", {}, button));
  if (draft) keep(element, `draft ${draft}`);
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    element.setAttribute("aria-busy", "true");
    fill(outcome);
    try {
      await act(Object.fromEntries(new FormData(element)));
      if (draft) forgetDraft(draft);
    } catch (failure) {
      fill(outcome, problem(failure));
      // In a long dialog on a phone it may lie below what is seen.
      outcome.scrollIntoView({ block: "nearest" });
    } finally {
      button.disabled = false;
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}

export const forgetDraft = (draft) => ofTab.set(`draft ${draft}`, null);

const UNKEPT = ["password", "file", "submit"];

function keep(element, key) {
  const kept = ofTab.get(key) ?? {};
  const fields = [...element.elements].filter((each) => each.name && !UNKEPT.includes(each.type));
  for (const each of fields.filter(({ name }) => name in kept)) {
    if (each.type === "checkbox" || each.type === "radio") each.checked = kept[each.name].includes(each.value);
    else each.value = kept[each.name];
  }
  element.addEventListener("input", () => ofTab.set(key, values(fields)));
}

function values(fields) {
  const ticked = (each) => each.type === "checkbox" || each.type === "radio";
  const texts = fields.filter((each) => !ticked(each)).map(({ name, value }) => [name, value]);
  const boxes = Object.groupBy(fields.filter(ticked), ({ name }) => name);
  const chosen = Object.entries(boxes).map(([name, all]) => [name, all.filter((each) => each.checked).map(({ value }) => value)]);
  return Object.fromEntries([...texts, ...chosen]);
}
