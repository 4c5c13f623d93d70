// A file of learners: looked at first, then added to a course.

import { note, to } from "./addresses.js";
import { everyCourse, fillCourses } from "./choices.js";
import { readCsv } from "./csv_file.js";
import { fill, h, loading } from "./dom.js";
import { dropZone } from "./drop_zone.js";
import { problem } from "./failures.js";
import { offer } from "./files.js";
import { select } from "./forms.js";
import { latest } from "./lists.js";
import { explainedFile } from "./upload_failures.js";
import { t } from "./words.js";

const PATH = "/learners/upload";
const SAMPLE = "name,email,organization_website\r\nAsha Rao,asha.rao@acme.example,acme.example\r\n\"Oke, Ben\",ben.oke@acme.example,acme.example\r\n";
/** The file that was chosen: whoever adds an organisation meanwhile finds it here again. */
let chosen = null;
/** What the upload that is watched answered. */
let answered = null;

export function view(entered, query) {
  const course = query.get("course_id") ?? "";
  const heading = h("h1", {}, t("page.upload"));
  if (course && query.has("added")) return [heading, later(() => watched(entered.api, query))];
  const pick = async () => {
    const courses = await everyCourse(entered.api);
    return courses.length ? steps(entered.api, courses, course) : noCourse();
  };
  return [heading, later(pick)];
}

function later(ask) {
  const place = h("div");
  latest(place, ask)();
  return place;
}

async function watched(api, query) {
  const { enrolment } = await import("./enrolment.js");
  return enrolment(api, query, answered);
}

const noCourse = () => h("p", { class: "notice late" }, t("upload.no_course"), " ", h("a", { href: to("/courses/edit") }, t("upload.new_course")));

function steps(api, courses, asked) {
  const course = select(t("upload.course"), { name: "course_id", required: true }, [["", t("upload.course.choose")]], t("upload.course.hint"));
  const choice = course.querySelector("select");
  fillCourses(choice, courses);
  choice.value = courses.some((each) => each.course_id === asked) ? asked : courses.length === 1 ? courses[0].course_id : "";
  const outcome = h("div");
  const look = () => judged(api, choice, outcome);
  choice.addEventListener("change", () => {
    note(PATH, { course_id: choice.value }, { replace: true });
    look();
  });
  const take = async (file) => {
    fill(outcome, loading(t("upload.reading", { name: file.name }), t("loading.slow")));
    try {
      chosen = await readCsv(file);
    } catch (failure) {
      chosen = null;
      fill(outcome, problem(failure));
      return;
    }
    await look();
  };
  if (chosen) look();
  return h("div", {}, course, columns(), dropZone(take), outcome);
}

function columns() {
  const sample = h("button", { type: "button", class: "quiet", onclick: () => offer("learners-sample.csv", SAMPLE) }, t("upload.sample"));
  return [h("p", {}, t("upload.columns"), " ", h("code", {}, "name, email, organization_website")), h("p", {}, sample)];
}

/** Asks what would become of each row, and shows it; the file stays chosen whatever is answered. */
async function judged(api, choice, outcome) {
  if (!chosen) return;
  const file = chosen;
  const course = { id: choice.value, name: choice.selectedOptions[0]?.textContent };
  if (!course.id) {
    fill(outcome, h("p", { class: "notice late", role: "status" }, t("upload.course.first", { file: file.name })));
    return;
  }
  const current = () => chosen === file && choice.value === course.id;
  fill(outcome, loading(t("upload.judging", { name: file.name }), t("loading.slow")));
  try {
    const [report, { preflight }] = await Promise.all([api.read("VALIDATE_CSV", { course_id: course.id, csv_data: file.text }), import("./preflight.js")]);
    const again = () => judged(api, choice, outcome);
    if (current()) fill(outcome, preflight({ file, course, report, again, add: () => add(api, course, file) }));
  } catch (failure) {
    if (current()) fill(outcome, problem(explainedFile(failure), () => judged(api, choice, outcome)));
  }
}

async function add(api, course, file) {
  const report = await api.write("UPLOAD_LEARNERS_CSV", { course_id: course.id, csv_data: file.text });
  answered = { course, report, name: file.name };
  chosen = null;
  const { added, rejected } = report.summary;
  location.hash = to(PATH, { course_id: course.id, added, rejected: rejected || null });
}
