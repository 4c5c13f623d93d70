// How far a learner is in a course, and the certificate for it.

import { fill, h } from "./dom.js";
import { problem } from "./failures.js";
import { day, t } from "./words.js";

const LOOKS = { stored: "newer", sent: "good", delivered: "good", failed: "bad", revoked: "bad", expired: "late", refused: "late" };
const OFFERED = ["stored", "sent", "delivered"];

export function courseOf(api, learner, course) {
  const outcome = h("div", { role: "status" });
  const state = stateOf(course);
  return h(
    "li",
    {},
    h(
      "div",
      { class: "split" },
      h("span", {}, course.course_name, " ", h("span", { class: `badge ${LOOKS[state] ?? ""}` }, t(`state.${state}`)), " ", dated(course)),
      isOffered(course) && downloadButton(api, learner, course, outcome),
    ),
    outcome,
  );
}

function stateOf(course) {
  if (course.revoked) return "revoked";
  if (course.expired) return "expired";
  if (course.certificate_status !== "none") return course.certificate_status;
  if (course.enrollment_status === "failed") return "refused";
  return course.completed ? "queued" : "none";
}

const isOffered = (course) => !course.revoked && OFFERED.includes(course.certificate_status);

const dated = (course) => course.issued_at && h("span", { class: "soft" }, t("certificate.issued", { day: day(course.issued_at) }));

function downloadButton(api, learner, course, outcome) {
  const download = async () => {
    button.disabled = true;
    fill(outcome);
    try {
      const given = await api.read("DOWNLOAD_CERTIFICATE", { learner_email: learner.email, course_id: course.course_id });
      h("a", { href: given.download_url, download: given.filename }).click();
    } catch (failure) {
      fill(outcome, problem(failure, download));
    }
    button.disabled = false;
  };
  const label = t("certificate.download_of", { name: learner.name, course: course.course_name });
  const button = h("button", { type: "button", class: "quiet", "aria-label": label, onclick: download }, t("certificate.download"));
  return button;
}
