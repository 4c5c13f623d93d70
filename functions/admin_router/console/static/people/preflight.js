// The rows of a file with what would become of each, before anything is written.

import { to } from "./addresses.js";
import { fill, h } from "./dom.js";
import { problem } from "./failures.js";
import { FATES, isProblem } from "./fates.js";
import { problemsButton, rowsTable } from "./rows_table.js";
import { explainedFile } from "./upload_failures.js";
import { number, t } from "./words.js";

/** Organisations to offer to add, of those that are missing. */
const OFFERED = 10;

export function preflight({ file, course, report, again, add }) {
  const { learners: rows, summary } = report;
  return [
    h("h2", {}, t("upload.preflight", { name: file.name })),
    h("p", { role: "status" }, t("upload.judged", { count: rows.length, added: summary.added, rejected: summary.rejected })),
    hints(file, report),
    missing(rows, again),
    summary.moves_organization > 0 && moves(summary.moves_organization),
    adding(course, summary, add),
    table(rows, summary, file.name),
  ];
}

function hints({ encoding }, { extra_columns: extra }) {
  const told = [
    encoding === "windows-1252" && t("upload.windows"),
    extra.length > 0 && t("upload.extra", { columns: extra.join(", ") }),
  ];
  return told.filter(Boolean).map((each) => h("p", { class: "soft" }, each));
}

function missing(rows, again) {
  const all = [...new Set(rows.filter(({ fate }) => fate === "unknown_organization").map((each) => each.organization_website))];
  if (!all.length) return null;
  const link = (website) => h("li", {}, h("a", { href: to("/organizations/edit", { new: website }) }, t("upload.add_organization", { website })));
  return h(
    "div",
    { class: "notice late" },
    h("p", {}, t("upload.missing", { count: all.length })),
    h("ul", {}, all.slice(0, OFFERED).map(link)),
    all.length > OFFERED && h("p", {}, t("upload.missing.more", { count: all.length - OFFERED })),
    h("button", { type: "button", class: "quiet", onclick: again }, t("upload.check_again")),
  );
}

const moves = (count) => h("div", { class: "notice late" }, h("p", {}, t("upload.moves", { count })), h("p", {}, t("upload.moves.how")));

/** The button that adds them; the rows stay in their place until it is done. */
function adding(course, { added, rejected, already_enrolled: known }, add) {
  if (!added) return h("p", { class: "notice late" }, t(rejected ? "upload.nothing" : "upload.nothing_new", { count: known }));
  const outcome = h("div");
  const run = async () => {
    button.disabled = true;
    fill(outcome, h("p", { role: "status" }, t("upload.adding")), h("progress", { "aria-label": t("upload.adding") }));
    try {
      await add();
    } catch (failure) {
      fill(outcome, problem(explainedFile(failure), run));
    }
    button.disabled = false;
  };
  const button = h("button", { type: "button", onclick: run }, t("upload.add", { count: added }));
  return h("div", { class: "adding" }, h("p", {}, button), h("p", { class: "soft" }, t("upload.add.what", { course: course.name, count: rejected })), outcome);
}

function table(rows, summary, name) {
  const place = h("div");
  const choices = { all: rows, problems: rows.filter(isProblem), ...Object.fromEntries(FATES.map((fate) => [fate, rows.filter((each) => each.fate === fate)])) };
  const counts = (kind) => (kind === "all" || kind === "problems" ? choices[kind].length : summary[kind]);
  const choose = (kind) => {
    buttons.forEach((each) => each.setAttribute("aria-pressed", String(each.dataset.kind === kind)));
    fill(place, rowsTable(choices[kind]));
  };
  const button = (kind) =>
    h("button", { type: "button", class: "quiet", "data-kind": kind, "aria-pressed": "false", onclick: () => choose(kind) }, t(`upload.fate.${kind}`), ` (${number(counts(kind))})`);
  const buttons = Object.keys(choices).filter((kind) => kind === "all" || counts(kind) > 0).map(button);
  choose("all");
  return [
    h("div", { class: "choices", role: "group", "aria-label": t("upload.show") }, buttons),
    choices.problems.length > 0 && h("p", {}, problemsButton(choices.problems, name)),
    place,
  ];
}
