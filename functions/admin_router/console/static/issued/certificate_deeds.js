// What can be done with one certificate.

import { replaceCertificate } from "./certificate_replace.js";
import { actor, ask } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { download } from "./files.js";
import { area, tick } from "./forms.js";
import { t } from "./words.js";

/** `tools` are `{api, said, refresh}`: where it is said what was done, and how the page is shown anew. */
export function deeds(certificate, tools) {
  const { revoked, erased_at: erased, status, state } = certificate;
  const isPrinted = state !== "pending";
  const outcome = h("div", { role: "status" });
  const can = {
    files: isPrinted && !revoked && !erased,
    resend: !revoked && !erased && (isPrinted || status === "failed"),
    replace: !revoked && !erased && (isPrinted || status === "failed"),
  };
  const button = (name, act, look = "quiet") => h("button", { type: "button", id: `deed-${name}`, class: look, onclick: act }, t(`certificate.${name}`));
  return [
    h(
      "div",
      { class: "certificate-deeds" },
      can.files && actor(t("certificate.open"), () => open(certificate, tools), outcome, { id: "deed-open" }),
      can.files && actor(t("certificate.download"), async () => download(await linkOf(certificate, tools)), outcome, { id: "deed-download" }),
      can.resend && actor(t(isPrinted ? "certificate.resend" : "certificate.make_again"), () => resend(certificate, tools), outcome, { id: "deed-resend" }),
      can.replace && button("replace", () => replaceCertificate(certificate, tools, done)),
      revoked ? button("reinstate", () => reinstate(certificate, tools)) : button("revoke", () => revoke(certificate, tools), "danger"),
    ),
    outcome,
  ];
}

const key = ({ learner_email, course_id }) => ({ learner_email, course_id });

const linkOf = (certificate, { api }) => api.read("DOWNLOAD_CERTIFICATE", key(certificate));

/** The window is opened at once, as browsers hold back those that come later. */
async function open(certificate, tools) {
  const beside = window.open("", "_blank");
  try {
    const { download_url: address } = await linkOf(certificate, tools);
    // Appwrite shows the same file instead of handing it over.
    const inline = address.replace(/\/download(?=\?)/, "/view");
    if (!beside) return h("a", { href: inline, target: "_blank", rel: "noopener" }, t("certificate.open"));
    beside.opener = null;
    beside.location = inline;
  } catch (failure) {
    beside?.close();
    throw failure;
  }
}

async function resend(certificate, { api, said, refresh }) {
  await api.write("RESEND_CERTIFICATE", key(certificate));
  await done({ said, refresh }, t(certificate.state === "pending" ? "certificate.made_again" : "certificate.resent"));
}

function revoke(certificate, tools) {
  return asked("revoke", certificate, tools, "REVOKE_CERTIFICATE", [
    h("p", {}, t("certificate.revoke.what")),
    area(t("certificate.reason"), { name: "reason", required: true, maxlength: 500 }, t("certificate.revoke.reason_hint")),
    tick(t("certificate.revoke.notify"), { name: "notify" }),
  ]);
}

function reinstate(certificate, tools) {
  return asked("reinstate", certificate, tools, "REINSTATE_CERTIFICATE", [
    h("p", {}, t("certificate.reinstate.what")),
    area(t("certificate.reason"), { name: "reason", required: true, maxlength: 500 }, t("certificate.reinstate.reason_hint")),
  ]);
}

async function asked(name, certificate, tools, action, fields) {
  const { certificate_number, learner_name } = certificate;
  const act = ({ reason, notify }) =>
    tools.api.write(action, { certificate_number, reason, ...(name === "revoke" && { notify: notify === "on" }) });
  const title = t(`certificate.${name}.ask`, { name: learner_name, number: certificate_number });
  if (await ask({ title, submit: t(`certificate.${name}`), act, danger: name === "revoke" }, fields)) await done(tools, t(`certificate.${name}.done`));
  // It may have been done all the same.
  else await tools.refresh();
}

export async function done({ said, refresh }, text) {
  fill(said, h("p", { class: "notice good" }, text));
  await refresh();
  said.focus();
}
