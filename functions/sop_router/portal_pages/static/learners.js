// The list of learners, and how far each is.

import { courseOf } from "./certificates.js";
import { courseOptions } from "./choices.js";
import { h } from "./dom.js";
import { list } from "./lists.js";
import { t } from "./words.js";

/** What each choice asks for. One list for both: who has not completed a course has no certificate either. */
const STATES = {
  in_progress: { status: "in_progress" },
  completed: { status: "completed" },
  not_passed: { status: "not_passed" },
  refused: { status: "failed" },
  queued: { certificate_status: "queued" },
  stored: { certificate_status: "stored" },
  sent: { certificate_status: "sent" },
  delivered: { certificate_status: "delivered" },
  failed: { certificate_status: "failed" },
};
const NOBODY = { learners: [], pagination: { total: 0, has_more: false } };

export function learners(entered, query) {
  return list({
    path: "/",
    query,
    search: t("learners.search"),
    filters: [
      { name: "course_id", label: t("filter.course"), options: courseOptions(entered.organization.courses, query.get("course_id")) },
      { name: "state", label: t("filter.state"), options: [["", t("filter.all")], ...Object.keys(STATES).map((state) => [state, t(`filter.${state}`)])] },
      { name: "issued_from", label: t("filter.issued_from"), type: "date" },
      { name: "issued_to", label: t("filter.issued_to"), type: "date" },
    ],
    ask: async (asked) => (isNobody(asked) ? NOBODY : entered.api.read("LIST_ORG_LEARNERS", wanted(asked))),
    rows: ({ learners: listed }) => listed.map((each) => learnerOf(entered, each)),
    empty: t("learners.none"),
  });
}

const isDated = ({ issued_from: from, issued_to: to }) => Boolean(from || to);

/** Whoever has a day of issue has completed the course. */
const isNobody = ({ state, ...asked }) => isDated(asked) && state !== "completed" && "status" in (STATES[state] ?? {});

function wanted({ state, ...asked }) {
  const chosen = state === "completed" && isDated(asked) ? {} : STATES[state];
  return { ...asked, ...chosen };
}

function learnerOf(entered, { learner_info: learner, courses }) {
  return h(
    "li",
    {},
    h("h3", { dir: "auto" }, learner.name),
    h("div", { class: "soft" }, learner.email),
    h("ul", { class: "plain courses" }, courses.map((course) => courseOf(entered, learner, course))),
  );
}
