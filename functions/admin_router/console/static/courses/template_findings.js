// What is wrong with a template, each with the line that it stands in.

import { fill, h } from "./dom.js";
import { t } from "./words.js";

/** `goTo(line)` leads to a line while `canGo()`. */
export function findingsAt(goTo, canGo) {
  const place = h("div", { role: "status" });
  const item = ({ line, reason }) => h("li", {}, line === null ? null : lineOf(line, goTo, canGo), " ", h("span", { lang: "en" }, reason));
  const group = (looks, title, hint, every) =>
    every.length > 0 && h("div", { class: `notice ${looks}` }, h("p", {}, h("strong", {}, title)), h("p", {}, hint), h("ul", {}, every.map(item)));
  const mistakes = (every) => group("bad", t("editor.removed", { count: every.length }), t("editor.removed.hint"), every);
  const odd = (every) => group("late", t("editor.unsupported", { count: every.length }), t("editor.unsupported.hint"), every);
  return {
    place,
    show: ({ removed, unsupported }) => fill(place, mistakes(removed), odd(unsupported)),
    refused: (problems) => fill(place, mistakes(problems)),
  };
}

function lineOf(line, goTo, canGo) {
  if (!canGo()) return t("editor.line", { line });
  return h("button", { type: "button", class: "quiet small", onclick: () => goTo(line) }, t("editor.line", { line }));
}
