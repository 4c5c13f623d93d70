// How many met which fate, and the rows to look at.

import { h } from "./dom.js";
import { csv, offer } from "./files.js";
import { badge, certificateLink } from "./standing.js";
import { number, t } from "./words.js";

const FATES = { done: "good", already: "", refused: "bad", unknown: "bad", mistyped: "bad", duplicate: "late", conflict: "bad", invalid: "bad" };
const COLUMNS = ["row", "certificate_number", "learner_name", "fate", "message"];

/** Rows on the page; all that were answered are in the file. */
const SHOWN = 200;

/** `dry` = nothing was done yet. */
export function report({ counts, rows, rows_left_out: left }, { dry }) {
  const met = Object.entries(counts).filter(([, count]) => count > 0);
  const word = (fate) => t(dry && fate === "done" ? "bulk.fate.will" : `bulk.fate.${fate}`);
  const hidden = Math.max(0, rows.length - SHOWN) + left;
  return [
    h("dl", { class: "figures" }, met.map(([fate, count]) => h("div", { class: FATES[fate] === "bad" ? "bad" : null }, h("dt", {}, word(fate)), h("dd", {}, number(count))))),
    rows.length > 0 && [
      h("div", { class: "scroll bulk-rows", tabindex: "0", role: "region", "aria-label": t("bulk.rows") }, table(rows.slice(0, SHOWN), word)),
      hidden > 0 && h("p", { class: "soft" }, t("bulk.more", { count: hidden })),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => offer("certificates.csv", csv(COLUMNS, rows)) }, t("bulk.save"))),
    ],
  ];
}

function table(rows, word) {
  const heads = ["bulk.number", "bulk.learner", "bulk.fate", "bulk.why"].map((each) => h("th", { scope: "col" }, t(each)));
  return h("table", {}, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, rows.map((each) => line(each, word))));
}

function line({ certificate_number: of, learner_name: name, fate, message }, word) {
  const shown = name === null ? h("code", {}, of) : h("a", { href: certificateLink(of) }, h("code", {}, of));
  return h("tr", {}, h("td", {}, shown), h("td", { dir: "auto" }, name ?? "–"), h("td", {}, badge(FATES[fate], word(fate))), h("td", {}, fate === "done" ? "–" : message));
}
