// The table of a file's rows, a part at a time, and those with problems as a file.

import { to } from "./addresses.js";
import { fill, h } from "./dom.js";
import { colour, isProblem, reasonOf, visible } from "./fates.js";
import { csv, offer } from "./files.js";
import { number, t } from "./words.js";

/** Rows that are drawn at a time: thousands would take seconds. */
const PART = 200;
/** Of a cell, in characters; the file that is offered has all of it. */
const SHOWN = 80;
const COLUMNS = ["name", "email", "organization_website"];

export function rowsTable(rows) {
  const body = h("tbody");
  const more = h("p");
  const heads = ["row", "fate", ...COLUMNS].map((each) => h("th", { scope: "col" }, t(`upload.column.${each}`)));
  const draw = () => {
    body.append(...rows.slice(body.rows.length, body.rows.length + PART).map(line));
    const left = rows.length - body.rows.length;
    fill(more, left > 0 && h("button", { type: "button", class: "quiet", onclick: next }, t("upload.more", { count: Math.min(PART, left), left })));
  };
  const next = () => {
    draw();
    more.querySelector("button")?.focus();
  };
  draw();
  return [h("table", { class: "rows" }, h("caption", { class: "soft" }, t("upload.caption")), h("thead", {}, h("tr", {}, heads)), body), more];
}

function line(row) {
  const label = (name) => ({ "data-label": t(`upload.column.${name}`) });
  const cell = (name) => {
    const wrong = row.field === name && isProblem(row);
    const shown = row[name] ? visible(short(row[name])) : h("em", { class: "soft" }, t("upload.blank"));
    return h("td", { ...label(name), class: wrong ? "wrong" : null, dir: "auto" }, wrong ? h("mark", {}, shown) : shown);
  };
  return h("tr", {}, h("td", label("row"), number(row.row)), h("td", { ...label("fate"), class: "fate" }, fate(row)), COLUMNS.map(cell));
}

const short = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

function fate(row) {
  const why = reasonOf(row);
  return [
    h("span", { class: `badge ${colour(row.fate)}` }, t(`upload.fate.${row.fate}`)),
    why && h("div", {}, why),
    row.note && h("div", { class: "soft" }, row.note),
    row.fate === "moves_organization" && h("a", { href: to("/learners", { search: row.email }) }, t("upload.to_learner")),
  ];
}

/** Of these rows, to be mended and uploaded on their own. */
export function problemsButton(problems, name) {
  const rows = problems.map((each) => ({ ...each, fate: t(`upload.fate.${each.fate}`), reason: reasonOf(each) }));
  const give = () => offer(`problems-${name.replace(/\.\w+$/, "")}.csv`, csv([...COLUMNS, "row", "fate", "reason"], rows));
  return h("button", { type: "button", class: "quiet", onclick: give }, t("upload.problems", { count: problems.length }));
}
