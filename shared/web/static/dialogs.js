// Questions over the page, which the page waits for.

import { h } from "./dom.js";
import { problem } from "./failures.js";
import { form } from "./forms.js";
import { t } from "./words.js";

let last = 0;

/**
 * Asks before `act(values)`, which the button `submit` does; `title` names what will be done and to how many. `danger`
 * says that others will feel it. What fails is said in the dialog, and what was
 * typed stays. Resolves to whether it was done.
 */
export function ask({ title, submit, act, danger = false }, ...children) {
  const id = `dialog-${++last}`;
  const done = async (values) => {
    await act(values);
    dialog.close("done");
  };
  const question = form(h("button", { class: danger ? "danger" : null }, submit), done, ...children);
  const no = h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("dialog.no"));
  question.lastChild.append(" ", no);
  const dialog = h("dialog", { "aria-labelledby": id }, h("h2", { id }, title), question);
  document.body.append(dialog);
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "done");
    });
    dialog.showModal();
  });
}

/** A button that is busy while `act` runs, and says beside itself (`outcome`) what failed, or what `act` answers. */
export function actor(label, act, outcome, attributes = {}) {
  const run = async () => {
    button.disabled = true;
    outcome.replaceChildren();
    try {
      const said = await act();
      if (said) outcome.replaceChildren(h("p", { class: "notice good" }, said));
    } catch (failure) {
      outcome.replaceChildren(problem(failure, run));
    }
    button.disabled = false;
  };
  const button = h("button", { type: "button", class: "quiet", ...attributes, onclick: run }, label);
  return button;
}
