// Failures in words: what happened, what to do, and what to quote to whoever helps.

import { h } from "./dom.js";
import { has, t } from "./words.js";

/** In the reader's language if its code is known, else in the words of the answer. */
export function explained(failure) {
  const known = `failure.${failure.code}`;
  if (has(known)) return t(known);
  if (failure.status === 429) return t("failure.TOO_MANY");
  if (failure.status === 0 || failure.status >= 500) return t("failure.OURS");
  return failure.message;
}

/** The failure for the page; `again` is what trying again does, if there is a way. */
export function problem(failure, again) {
  if (!(failure.code && "status" in failure)) console.error(failure);
  return h(
    "div",
    { class: "notice bad", role: "alert" },
    h("p", {}, explained(failure)),
    failure.unsure && h("p", {}, t("failure.unsure")),
    failure.requestId && h("p", { class: "quote" }, t("failure.quote"), " ", h("code", {}, failure.code), " ", h("code", {}, failure.requestId)),
    again && h("p", {}, h("button", { type: "button", class: "quiet", onclick: again }, t("failure.again"))),
  );
}
