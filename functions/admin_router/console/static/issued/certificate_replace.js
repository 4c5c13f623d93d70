// A certificate is replaced by one with corrected words. What was not touched is not sent, and stays as printed.

import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { area, field, tick } from "./forms.js";
import { t } from "./words.js";

const NAMES = ["learner_name", "course_name", "organization_name"];
/** What a certificate may go without. */
const REMOVABLE = { score: 32, max_score: 32, credits: 32, grade: 64 };

/** `done(tools, text)` says what was done and shows the page anew. */
export async function replaceCertificate(certificate, tools, done) {
  const before = printed(certificate);
  let answer = null;
  const act = async (values) => {
    answer = await tools.api.write("REPLACE_CERTIFICATE", wanted(certificate, before, values));
  };
  const title = t("certificate.replace.ask", { name: certificate.learner_name, number: certificate.certificate_number });
  const isDone = await ask({ title, submit: t("certificate.replace"), act }, ...fields(certificate, before));
  if (isDone) await done(tools, t(answer.changed ? "certificate.replace.done" : "certificate.replace.unchanged"));
  else await tools.refresh();
}

const printed = (certificate) => ({
  ...Object.fromEntries([...NAMES, ...Object.keys(REMOVABLE)].map((name) => [name, certificate[name] ?? ""])),
  completed_at: certificate.completed_at.slice(0, 10),
});

function fields({ learner_name_now: nameNow }, before) {
  const input = (name, attributes, hint) => field(t(`certificate.field.${name}`), { name, value: before[name], autocomplete: "off", ...attributes }, hint);
  return [
    h("p", {}, t("certificate.replace.what")),
    area(t("certificate.reason"), { name: "reason", required: true, maxlength: 500 }, t("certificate.replace.reason_hint")),
    NAMES.map((name) => input(name, { required: true, maxlength: 255, dir: "auto" }, name === "learner_name" && nameNow && t("certificate.name_now", { name: nameNow }))),
    input("completed_at", { type: "date", required: true }),
    h("div", { class: "value-pairs" }, Object.entries(REMOVABLE).map(([name, maxlength]) => input(name, { maxlength }))),
    tick(t("certificate.replace.template"), { name: "use_current_template" }),
    tick(t("certificate.replace.notify"), { name: "notify", checked: true }),
  ];
}

function wanted({ certificate_number }, before, { reason, notify, use_current_template: template, ...values }) {
  const changed = Object.entries(values).filter(([name, value]) => value.trim() !== before[name]);
  return {
    certificate_number,
    reason,
    notify: notify === "on",
    use_current_template: template === "on",
    ...Object.fromEntries(changed.map(([name, value]) => [name, asSent(name, value.trim())])),
  };
}

function asSent(name, value) {
  // Noon is the same day wherever it is printed.
  if (name === "completed_at") return `${value}T12:00:00Z`;
  return value || null;
}
