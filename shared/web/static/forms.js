// Forms that say where they are: busy, failed, or done. What was typed stays.

import { fill, h } from "./dom.js";
import { problem } from "./failures.js";

let last = 0;

/** A labelled input with its hint. */
export function field(label, attributes, hint) {
  const id = `field-${++last}`;
  const described = hint ? `${id}-hint` : null;
  return h(
    "p",
    { class: "field" },
    h("label", { for: id }, label),
    h("input", { id, "aria-describedby": described, ...attributes }),
    hint && h("small", { id: described }, hint),
  );
}

/** A form that calls `act` with its values, once at a time. */
export function form(submit, act, ...children) {
  const outcome = h("div", { class: "outcome" });
  const button = h("button", {}, submit);
  const element = h("form", {}, ...children, outcome, h("p", {}, button));
  element.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    element.setAttribute("aria-busy", "true");
    fill(outcome);
    try {
      await act(Object.fromEntries(new FormData(element)));
    } catch (failure) {
      fill(outcome, problem(failure));
    } finally {
      button.disabled = false;
      element.removeAttribute("aria-busy");
    }
  });
  return element;
}
