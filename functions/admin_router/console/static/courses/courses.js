// All courses: found, opened, archived, deleted.

import { to } from "./addresses.js";
import { archiver, deleter, reopener } from "./course_deeds.js";
import { h } from "./dom.js";
import { list } from "./lists.js";
import { day, t } from "./words.js";

const SHOWN = { archived: true, all: null };

export function view({ api }, query) {
  const outcome = h("div", { role: "status", tabindex: "-1" });
  const courses = list({
    path: "/courses",
    query,
    search: t("courses.search"),
    filters: [{ name: "shown", label: t("courses.shown"), options: ["", "archived", "all"].map((each) => [each, t(`courses.shown.${each || "open"}`)]) }],
    ask: ({ shown = "", ...asked }) => api.read("LIST_COURSES", { ...asked, archived: shown in SHOWN ? SHOWN[shown] : false }),
    rows: ({ courses: found }) => found.map((each) => courseOf({ api, outcome, refresh: () => courses.refresh() }, each)),
    empty: t("courses.none"),
  });
  const add = h("a", { class: "button", href: to("/courses/edit") }, t("courses.new"));
  return [h("div", { class: "split" }, h("h1", {}, t("page.courses")), add), h("p", { class: "soft" }, t("courses.what")), outcome, courses];
}

function courseOf(place, course) {
  const { course_id, name, archived_at: archived } = course;
  const deeds = archived ? [reopener(place, course)] : [archiver(place, course)];
  return h(
    "li",
    { class: "split" },
    h(
      "div",
      {},
      h("h2", { class: "course", dir: "auto" }, h("a", { href: to("/courses/edit", { course_id }) }, name)),
      h("div", { class: "soft" }, h("code", {}, course_id), " · ", t("courses.version", { version: course.template_version })),
      archived && h("div", {}, h("span", { class: "badge" }, t("courses.archived_on", { day: day(archived) }))),
    ),
    h("div", { class: "course-deeds" }, h("a", { class: "button quiet", href: to("/learners", { course_id }), "aria-label": t("courses.learners_of", { name }) }, t("page.learners")), deeds, deleter(place, course)),
  );
}
