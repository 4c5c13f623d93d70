// One course: its settings, its template, and what comes of them on paper.

import { note, to } from "./addresses.js";
import { settingsFields, settingsOf } from "./course_settings.js";
import { fill, h } from "./dom.js";
import { drafted, forgetDraft } from "./forms.js";
import { latest } from "./lists.js";
import { ofTab } from "./storage.js";
import { templateFields } from "./template_fields.js";
import { previewer } from "./template_preview.js";
import { day, minute, t } from "./words.js";

const PATH = "/courses/edit";

export function view(entered, query) {
  const place = h("div");
  const heading = h("h1", {}, title(query.get("course_id")));
  const show = latest(place, async (asked) => {
    fill(heading, title(asked.id));
    return editor(entered, asked, show);
  });
  show({ id: query.get("course_id") });
  return [h("p", {}, h("a", { href: to("/courses") }, t("editor.back"))), heading, place];
}

const title = (id) => (id ? t("editor.title") : t("editor.new"));

async function editor(entered, { id, said }, show) {
  const { api } = entered;
  const fetched = [api.read("LIST_DESIGNS"), id ? api.read("GET_COURSE", { course_id: id }) : {}];
  const [{ designs }, { course = null }] = await Promise.all(fetched);
  const draft = course ? `course ${id}` : "new course";
  const isRestored = ofTab.get(`draft ${draft}`) !== null;
  const template = templateFields(course, designs);
  const preview = previewer(api, template, course, () => form.elements.namedItem("name").value.trim());
  const fields = h("div", {}, h("section", {}, h("h2", {}, t("editor.settings")), settingsFields(course)), template.section);
  const save = async (values) => {
    const payload = { ...settingsOf(values, course), ...template.chosen() };
    const saved = await untouched(fields, () => written(entered, course, payload, template.findings));
    forgetDraft(draft);
    if (!form.isConnected) return;
    if (!course) note(PATH, { course_id: saved.course_id }, { replace: true });
    await show({ id: saved.course_id, said: course ? t("editor.changed") : t("editor.created") });
    document.querySelector(".notice.good")?.focus();
  };
  const form = drafted(draft, t("editor.save"), save, h("div", { class: "editor" }, fields, preview.section));
  const sync = () => (template.sync(), preview.soon());
  form.addEventListener("input", sync);
  template.sync();
  setTimeout(preview.draw);
  const discard = () => (forgetDraft(draft), show({ id }));
  return [said && done(said, course), isRestored && restored(discard), course && facts(course), form];
}

/** What is typed while `act` runs would be lost. */
async function untouched(fields, act) {
  const focused = document.activeElement;
  fields.inert = true;
  try {
    return await act();
  } catch (failure) {
    fields.inert = false;
    focused?.focus();
    throw failure;
  }
}

/** The course as it was saved. Raises Failure, once what is wrong with the template stands at it. */
async function written(entered, course, payload, findings) {
  try {
    const { course: saved } = await entered.api.write(course ? "EDIT_COURSE" : "CREATE_COURSE", payload);
    if (!course) entered.courses += 1;
    return saved;
  } catch (failure) {
    if (failure.code === "INVALID_TEMPLATE") findings.refused(failure.details?.problems ?? []);
    throw failure;
  }
}

function done(said, { course_id }) {
  return h(
    "div",
    { class: "notice good", role: "status", tabindex: "-1" },
    h("p", {}, said),
    h("p", {}, t("editor.next"), " ", h("a", { href: to("/organizations") }, t("page.organizations")), " · ", h("a", { href: to("/learners/upload", { course_id }) }, t("editor.next.learners"))),
  );
}

const restored = (discard) =>
  h("div", { class: "notice late" }, h("p", {}, t("editor.restored")), h("p", {}, h("button", { type: "button", class: "quiet", onclick: discard }, t("editor.discard"))));

function facts(course) {
  const version = ({ version, saved_at: saved }) => h("li", {}, t("editor.version", { version, moment: minute(saved) }));
  return [
    h("p", { dir: "auto" }, h("strong", {}, course.name), " ", h("code", {}, course.course_id), " ", course.archived_at && h("span", { class: "badge" }, t("courses.archived_on", { day: day(course.archived_at) }))),
    course.template_set_aside && h("div", { class: "notice bad", role: "alert" }, h("p", {}, t("editor.set_aside")), h("p", { lang: "en" }, course.template_set_aside)),
    h("details", {}, h("summary", {}, t("editor.versions", { version: course.template_version })), h("ul", { class: "plain" }, course.versions.map(version))),
  ];
}
