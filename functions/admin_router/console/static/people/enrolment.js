// How far Graphy has taken a course's learners in; the address says of which course, so a reload goes on watching.

import { to } from "./addresses.js";
import { fill, h, loading } from "./dom.js";
import { problem } from "./failures.js";
import { isProblem } from "./fates.js";
import { problemsButton } from "./rows_table.js";
import { t } from "./words.js";

/** Milliseconds between two looks; each is a little longer than the one before. */
const [FIRST, LAST] = [1000, 10_000];

export function enrolment(api, query, answered) {
  const course = query.get("course_id");
  const [added, rejected] = ["added", "rejected"].map((name) => Number(query.get(name)) || 0);
  const place = h("div", {}, loading(t("loading"), t("loading.slow")));
  watch(api, course, place);
  return [
    h("div", { class: "notice good", role: "status" }, h("p", {}, t("enrolment.added", { count: added }))),
    rejected > 0 && leftOut(rejected, answered?.course.id === course ? answered : null),
    h("h2", {}, t("enrolment.title")),
    place,
    h("p", { class: "beside" }, h("a", { class: "button", href: to("/learners", { course_id: course }) }, t("enrolment.learners")), h("a", { class: "button quiet", href: to("/learners/upload", { course_id: course }) }, t("enrolment.another"))),
  ];
}

function leftOut(count, answered) {
  const problems = answered?.report.learners.filter(isProblem) ?? [];
  return h("div", { class: "notice late" }, h("p", {}, t("enrolment.left_out", { count })), problems.length > 0 && h("p", {}, problemsButton(problems, answered.name)));
}

async function watch(api, course, place) {
  for (let wait = FIRST; ; wait = Math.min(LAST, wait * 1.3)) {
    try {
      const answer = await api.read("VIEW_LEARNERS", { course_id: course, limit: 1 });
      fill(place, shown(answer, course));
      if (!waiting(answer.progress)) return;
    } catch (failure) {
      fill(place, problem(failure, () => watch(api, course, place)));
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
    // Nobody looks any more.
    if (!place.isConnected) return;
  }
}

const waiting = ({ queued, enrolling }) => queued + enrolling;

function shown({ course_name: course, progress }, id) {
  const { enrolled, failed } = progress;
  const total = waiting(progress) + enrolled + failed;
  const words = waiting(progress) ? t("enrolment.going", { enrolled, total, course }) : failed ? t("enrolment.ended", { enrolled, total, course }) : t("enrolment.all", { count: total, course });
  return [
    h("progress", { max: total || 1, value: enrolled + failed, "aria-label": t("enrolment.title") }),
    h("p", { role: "status" }, words),
    waiting(progress) > 0 && h("p", {}, t("enrolment.leave")),
    failed > 0 && h("p", { class: "notice bad" }, t("enrolment.failed", { count: failed }), " ", h("a", { href: to("/learners", { course_id: id, status: "failed" }) }, t("enrolment.failed.who"))),
  ];
}
