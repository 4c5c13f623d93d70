// All learners, wherever they are on their way.

import { to } from "./addresses.js";
import { everyCourse, fillCourses, websites } from "./choices.js";
import { actor } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { Failure } from "./http.js";
import { change, erase } from "./learner_deeds.js";
import { exported } from "./learners_export.js";
import { list } from "./lists.js";
import { done } from "./people_told.js";
import { t } from "./words.js";

const PATH = "/learners";
const STATUSES = ["queued", "enrolling", "enrolled", "failed", "in_progress", "completed", "not_passed"];
const CERTIFICATES = ["queued", "rendering", "stored", "sent", "delivered", "failed"];
const COLOURS = { enrolled: "good", delivered: "good", sent: "good", failed: "bad", not_passed: "late", revoked: "bad" };

export function view({ api }, query) {
  const told = h("div");
  const shown = learners(api, query, (text) => tell(told, text, shown));
  offerCourses(api, shown, query.get("course_id"));
  const upload = h("a", { class: "button", href: to(`${PATH}/upload`, { course_id: query.get("course_id") }) }, t("page.upload"));
  return [h("div", { class: "split" }, h("h1", {}, t("page.learners")), upload), told, shown, exporting(api, shown), websites(api)];
}

function tell(place, text, shown) {
  const notice = done(text);
  fill(place, notice);
  notice.focus();
  shown.refresh();
}

function learners(api, query, tellDone) {
  const course = query.get("course_id");
  return list({
    path: PATH,
    query,
    search: t("learners.search"),
    filters: [
      { name: "course_id", label: t("learners.course"), options: [["", t("learners.any")], ...(course ? [[course, course]] : [])] },
      { name: "organization_website", label: t("people.field.website"), list: "websites", autocomplete: "off" },
      { name: "status", label: t("learners.enrollment"), options: choices(STATUSES, "learners.status") },
      { name: "certificate_status", label: t("learners.certificate"), options: choices(CERTIFICATES, "state") },
    ],
    ask: (asked) => listed(api, asked),
    rows: ({ learners: all }) => all.map((each) => row(api, each, tellDone)),
    empty: [t("learners.none"), " ", h("a", { href: to(`${PATH}/upload`) }, t("page.upload"))],
  });
}

const choices = (all, prefix) => [["", t("learners.any")], ...all.map((each) => [each, t(`${prefix}.${each}`)])];

async function listed(api, asked) {
  if (asked.status && asked.certificate_status) throw new Failure("ONE_STATE", { status: 422, message: t("learners.one_state") });
  return api.read("LIST_LEARNERS", asked);
}

/** The list does not wait for the names of all courses. */
async function offerCourses(api, [form], chosen) {
  try {
    fillCourses(form.querySelector("[name=course_id]"), await everyCourse(api), chosen);
  } catch (failure) {
    console.warn(failure);
  }
}

function row(api, learner, tellDone) {
  const { learner_info: info, organization_info: organization, courses } = learner;
  const deed = (words, act) => h("button", { type: "button", class: "quiet", "aria-label": t(`${words}.of`, { name: info.name }), onclick: act }, t(words));
  return h(
    "li",
    {},
    h(
      "div",
      { class: "split" },
      h("div", {}, h("h2", { class: "entry", dir: "auto" }, info.name), h("div", { class: "soft" }, info.email, " · ", organization.website)),
      h(
        "span",
        { class: "beside" },
        deed("learners.edit", () => change(api, learner, tellDone)),
        deed("learners.delete", () => erase(api, learner, tellDone)),
      ),
    ),
    courses.length > 0 && h("ul", { class: "plain" }, courses.map(courseOf)),
  );
}

function courseOf(course) {
  const { enrollment_status: enrollment, enrollment_reason: why, certificate_status: certificate, certificate_number: number } = course;
  const state = course.revoked ? "revoked" : certificate;
  return h(
    "li",
    { class: "way" },
    course.course_name,
    ": ",
    badge(enrollment, `learners.status.${enrollment}`),
    !["none", "not_passed"].includes(state) && [" ", badge(state, `state.${state}`, t("learners.certificate"))],
    state === "not_passed" && [" ", badge(state, "learners.status.not_passed")],
    number && [" ", h("a", { href: to("/certificates/one", { number }) }, number)],
    enrollment === "failed" && why && h("div", { class: "soft" }, why),
    state === "failed" && course.certificate_reason && h("div", { class: "soft" }, course.certificate_reason),
  );
}

const badge = (state, words, what) => h("span", { class: `badge ${COLOURS[state] ?? ""}` }, what ? `${what}: ` : null, t(words));

function exporting(api, [form]) {
  const outcome = h("div", { role: "status" });
  const chosen = () => {
    const { course_id, organization_website } = Object.fromEntries(new FormData(form));
    return { ...(course_id && { course_id }), ...(organization_website.trim() && { organization_website: organization_website.trim() }) };
  };
  const button = actor(t("learners.export"), () => exported(api, chosen(), outcome), outcome);
  return h("section", {}, h("h2", {}, t("learners.export.title")), h("p", {}, t("learners.export.what")), button, outcome);
}
