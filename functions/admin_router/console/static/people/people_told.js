// What the pages about people say after the fact: that something was done, or why it was refused.

import { h } from "./dom.js";
import { has, t } from "./words.js";

/** That something was done; it takes the focus if what had it is gone. */
export function done(...said) {
  return h("div", { class: "notice good", role: "status", tabindex: "-1" }, said.flat().map((each) => h("p", {}, each)));
}

/** Calls `act`; what it is refused for names the fields as the page does. */
export async function named(act) {
  try {
    return await act();
  } catch (failure) {
    throw rephrased(failure);
  }
}

function rephrased(failure) {
  const words = failure.code === "IN_USE" ? t("people.in_use", failure.details) : fields(failure.details?.fields);
  if (words) failure.message = words;
  return failure;
}

function fields(refused = {}) {
  const label = (name) => (has(`people.field.${name}`) ? t(`people.field.${name}`) : name);
  return Object.entries(refused)
    .map(([name, reason]) => `${label(name)}: ${reason.replace(/^Value error, /, "")}`)
    .join("\n");
}
