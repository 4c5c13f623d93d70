// What happened in the organisation, the newest first.

import { courseOptions } from "./choices.js";
import { h } from "./dom.js";
import { list } from "./lists.js";
import { has, minute, t } from "./words.js";

/** Of whose activities there are several kinds. */
const KINDS = ["certificate", "mail", "learner", "export", "contact", "organization"];
/** Of a change, as far as they tell people something. */
const FIELDS = ["name", "email", "sop_email", "learner_name", "learner_email", "course_name", "revoked_reason"];

export function view({ api, organization }, query) {
  const names = Object.fromEntries(organization.courses.map(({ course_id: id, name }) => [id, name]));
  return [
    h("h1", {}, t("page.activity")),
    list({
      path: "/activity",
      query,
      filters: [
        { name: "activity_type", label: t("activity.kind"), options: [["", t("filter.all")], ...KINDS.map((kind) => [kind, t(`activity.kind.${kind}`)])] },
        { name: "course_id", label: t("filter.course"), options: courseOptions(organization.courses, query.get("course_id")) },
        { name: "from_date", label: t("activity.from"), type: "date" },
        { name: "to_date", label: t("activity.to"), type: "date" },
      ],
      ask: (asked) => api.read("LIST_ACTIVITY_LOGS", asked),
      rows: ({ logs }) => logs.map((log) => activityOf(log, names)),
      empty: t("activity.none"),
    }),
  ];
}

function activityOf(log, courses) {
  const key = `activity.${log.activity_type}`;
  const about = [log.learner_name, log.course_id && (courses[log.course_id] ?? log.course_id)].filter(Boolean);
  return h(
    "li",
    {},
    h("strong", {}, has(key) ? t(key) : log.activity_type),
    log.status === "failed" && [" ", h("span", { class: "badge bad" }, t("activity.failed"))],
    about.length > 0 && h("div", { dir: "auto" }, about.join(" · ")),
    changesOf(log.changes ?? {}),
    h("div", { class: "soft" }, `${minute(log.at)} · ${by(log.actor)}`),
  );
}

function by({ role, email }) {
  if (email) return t("activity.by", { email });
  return t(role === "admin" ? "activity.by_admin" : role === "sop" ? "activity.by_contact" : "activity.by_itself");
}

function changesOf(changes) {
  const told = FIELDS.filter((name) => Array.isArray(changes[name]));
  const text = ([before, after]) => [before, after].filter((each) => each !== null && each !== undefined).join(" → ");
  return told.map((name) => h("div", { class: "soft" }, t(`activity.field.${name}`), ": ", h("span", { dir: "auto" }, text(changes[name]))));
}
