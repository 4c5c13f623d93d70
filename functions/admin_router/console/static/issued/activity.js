// Who changed what, and when.

import { h } from "./dom.js";
import { courseFilter, offerCourses, organizationFilter, websites } from "./issued_choices.js";
import { list } from "./lists.js";
import { badge } from "./standing.js";
import { has, minute, t } from "./words.js";

const KINDS = ["certificate", "certificates", "completion", "contact", "course", "export", "learner", "learners", "mail", "organization", "retention", "template", "webhook"];

export function view({ api }, query) {
  const shown = list({
    path: "/activity",
    query,
    filters: [
      { name: "activity_type", label: t("activity.type"), options: types(query.get("activity_type") ?? "") },
      { name: "status", label: t("activity.status"), options: [["", t("certificates.any")], ["success", t("activity.success")], ["failed", t("activity.failed")]] },
      organizationFilter(),
      courseFilter(query),
      { name: "from_date", label: t("activity.from"), type: "date" },
      { name: "to_date", label: t("activity.to"), type: "date" },
    ],
    ask: (asked) => api.read("LIST_ACTIVITY_LOGS", asked),
    rows: ({ logs }) => logs.map(row),
    empty: t("activity.empty"),
  });
  offerCourses(api, shown[0].querySelector("#filter-course_id"));
  return [h("h1", {}, t("page.activity")), shown, websites(api)];
}

function types(chosen) {
  const all = [["", t("certificates.any")], ...KINDS.map((kind) => [kind, t(`activity.kind.${kind}`)])];
  return chosen && !KINDS.includes(chosen) ? [...all, [chosen, word(chosen)]] : all;
}

const word = (type) => (has(`activity.${type}`) ? t(`activity.${type}`) : type);

function row({ at, activity_type: type, status, actor, organization_website: website, course_id: course, changes, request_id: request }) {
  const about = [website, course].filter(Boolean).join(" · ");
  return h(
    "li",
    { class: "issued-row" },
    h("div", { class: "split" }, h("h2", {}, word(type)), status === "failed" && badge("bad", t("activity.failed"))),
    about && h("div", {}, about),
    h("div", { class: "soft" }, t("activity.by", { who: who(actor), moment: minute(at) })),
    h("details", {}, h("summary", {}, t("activity.details")), changes && table(changes), h("p", { class: "soft" }, h("code", {}, type), " · ", t("activity.request"), " ", h("code", {}, request))),
  );
}

const who = ({ role, email }) => email ?? (has(`activity.role.${role}`) ? t(`activity.role.${role}`) : role);

function table(changes) {
  const heads = ["activity.field", "activity.before", "activity.after"].map((each) => h("th", { scope: "col" }, t(each)));
  const line = ([name, pair]) => h("tr", {}, h("td", {}, name.replaceAll("_", " ")), pairOf(pair).map((each) => h("td", { dir: "auto" }, readable(each))));
  return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": t("activity.details") }, h("table", { class: "changes" }, h("thead", {}, h("tr", {}, heads)), h("tbody", {}, Object.entries(changes).map(line))));
}

const pairOf = (pair) => (Array.isArray(pair) && pair.length === 2 ? pair : [null, pair]);

function readable(value) {
  if (value === null || value === "") return "–";
  if (typeof value === "boolean") return t(value ? "activity.yes" : "activity.no");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
