// What can be done to a course from the list: each asks first, and says whom it touches.

import { actor, ask } from "./dialogs.js";
import { h } from "./dom.js";
import { t } from "./words.js";

export const archiver = (place, course) =>
  deed(place, course, "archive", async ({ api }) => {
    const { learners } = await touched(api, course);
    const title = t("courses.archive.title", { name: course.name, count: learners });
    return asked("archive", title, t("courses.archive.means"), () => archive(api, course));
  });

export const reopener = (place, course) =>
  deed(place, course, "reopen", ({ api }) => {
    const act = () => api.write("EDIT_COURSE", { course_id: course.course_id, archived: false });
    return asked("reopen", t("courses.reopen.title", { name: course.name }), t("courses.reopen.means"), act);
  });

/** Where somebody took the course already, archiving is what remains. */
export const deleter = (place, course) =>
  deed(place, course, "delete", async ({ api }) => {
    const { learners, certificates } = await touched(api, course);
    if (learners + certificates === 0) {
      const act = () => api.write("DELETE_COURSE", { course_id: course.course_id });
      return asked("delete", t("courses.delete.title", { name: course.name }), t("courses.delete.means"), act);
    }
    const holds = t("courses.held", { name: course.name, learners, certificates });
    if (course.archived_at) return told(holds);
    return asked("archive", t("courses.archive.title", { name: course.name, count: learners }), `${holds} ${t("courses.archive.means")}`, () => archive(api, course));
  });

const archive = (api, { course_id }) => api.write("DELETE_COURSE", { course_id, archive: true });

/** `act` answers the word of what was done, none if nothing was, or `{said}`. */
function deed(place, course, name, act) {
  const { outcome, refresh } = place;
  const run = async () => {
    const done = await act(place);
    if (!done) return null;
    if (done.said) return done.said;
    await refresh();
    outcome.focus();
    return t(`courses.${done}.done`, { name: course.name });
  };
  return actor(t(`courses.${name}`), run, outcome, { "aria-label": t(`courses.${name}.of`, { name: course.name }) });
}

const told = (said) => ({ said });

async function asked(name, title, means, act) {
  return (await ask({ title, submit: t(`courses.${name}`), act, danger: name === "delete" }, h("p", {}, means))) ? name : null;
}

async function touched(api, { course_id }) {
  const { course } = await api.read("COURSE_STATISTICS", { course_id });
  const { queued, enrolling, enrolled, failed } = course.enrollments;
  const certificates = Object.values(course.certificates).reduce((sum, each) => sum + each, 0);
  return { learners: queued + enrolling + enrolled + failed, certificates };
}
