// How far a learner is in a course, and the certificate for it.

import { actor, ask } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { download } from "./files.js";
import { day, t } from "./words.js";

const LOOKS = { stored: "newer", sent: "good", delivered: "good", failed: "bad", revoked: "bad", expired: "late", refused: "late" };
const OFFERED = ["stored", "sent", "delivered"];

export function courseOf(entered, learner, course) {
  const outcome = h("div", { role: "status" });
  const state = stateOf(course);
  return h(
    "li",
    {},
    h(
      "div",
      { class: "split" },
      h(
        "div",
        {},
        h("span", { dir: "auto" }, course.course_name),
        " ",
        h("span", { class: `badge ${LOOKS[state] ?? ""}` }, t(`state.${state}`)),
        facts(course),
        why(course, state),
      ),
      h("div", { class: "deeds" }, deeds(entered, learner, course, outcome)),
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

function facts({ issued_at: issued, expires_at: expires, certificate_number: number, verify_url: verify }) {
  if (!issued) return null;
  const shown = [
    t("certificate.issued", { day: day(issued) }),
    expires && t("certificate.expires", { day: day(expires) }),
    verify ? h("a", { href: verify, target: "_blank", rel: "noopener", title: t("certificate.verify") }, number) : number,
  ];
  return h("div", { class: "soft" }, shown.filter(Boolean).flatMap((each, place) => (place ? [" · ", each] : [each])));
}

/** In the words of whoever refused it. */
function why(course, state) {
  const reasons = { revoked: course.revoked_reason, refused: course.enrollment_reason };
  const reason = state in reasons ? reasons[state] : course.certificate_reason;
  return reason && h("div", { class: "soft", dir: "auto" }, reason);
}

function deeds(entered, learner, course, outcome) {
  if (course.revoked) return null;
  const isThere = OFFERED.includes(course.certificate_status);
  return [
    isThere && downloadButton(entered, learner, course, outcome),
    (isThere || course.certificate_status === "failed") && resendButton(entered, learner, course, outcome),
  ];
}

const named = (learner, course) => ({ learner_email: learner.email, course_id: course.course_id });

function downloadButton({ api }, learner, course, outcome) {
  const get = async () => download(await api.read("DOWNLOAD_CERTIFICATE", named(learner, course)));
  const label = t("certificate.download_of", { name: learner.name, course: course.course_name });
  return actor(t("certificate.download"), get, outcome, { "aria-label": label });
}

/** What could not be made is made again, which mails it too. */
function resendButton({ api, organization }, learner, course, outcome) {
  const kind = course.certificate_status === "failed" ? "remake" : "resend";
  const values = { name: learner.name, course: course.course_name, email: organization.sop_email };
  const act = async () => {
    const { status } = await api.write("RESEND_CERTIFICATE", named(learner, course));
    const isMade = OFFERED.includes(status);
    fill(outcome, h("p", { class: "notice good" }, t(isMade ? "certificate.on_its_way" : "certificate.being_made", values)));
  };
  const question = () => {
    fill(outcome);
    ask({ title: t(`certificate.${kind}_title`, values), submit: t(`certificate.${kind}`), act }, h("p", {}, t(`certificate.${kind}_to`, values)));
  };
  const label = t(`certificate.${kind}_of`, values);
  return h("button", { type: "button", class: "quiet", "aria-label": label, onclick: question }, t(`certificate.${kind}`));
}
