// One certificate: what it says, whether it holds, the mails about it, and what can be done.

import { deeds } from "./certificate_deeds.js";
import { fill, h } from "./dom.js";
import { latest } from "./lists.js";
import { mailBadge, mailWord, stateBadge } from "./standing.js";
import { day, minute, t } from "./words.js";

/** Milliseconds between two looks at what the worker is about to do, and how often it is looked at. */
const PAUSE = 2000;
const LOOKS = 45;

export function view({ api }, query) {
  const number = query.get("number") ?? "";
  const back = h("p", {}, h("a", { href: "#/certificates" }, t("certificate.back")));
  if (!number) return [h("h1", {}, t("certificate.which")), back];
  const said = h("div", { role: "status", tabindex: "-1", class: "said" });
  const place = h("div");
  const read = async () => (await api.read("GET_CERTIFICATE", { certificate_number: number })).certificate;
  const page = (certificate) => shown(certificate, { api, said, refresh });
  let turn = 0;
  const show = latest(place, async () => {
    const certificate = await read();
    watch(certificate, ++turn);
    return page(certificate);
  });
  /** The page follows what the worker does, for a while. */
  const watch = async (known, mine) => {
    for (let look = 0; isBusy(known) && look < LOOKS; look++) {
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      if (mine !== turn || !place.isConnected) return;
      const now = await read().catch(() => known);
      if (mine !== turn) return;
      if (JSON.stringify(now) !== JSON.stringify(known)) refill(place, page(now));
      known = now;
    }
  };
  /** After a deed, also one of which nobody knows whether it was done. */
  const refresh = async () => {
    const certificate = await read().catch(() => null);
    if (!certificate) return show();
    refill(place, page(certificate));
    return void watch(certificate, ++turn);
  };
  show();
  return [back, h("h1", {}, t("certificate.title", { number })), said, place];
}

const isBusy = ({ revoked, status, deliveries }) =>
  (!revoked && ["queued", "rendering"].includes(status)) || deliveries.some((each) => ["queued", "sending"].includes(each.status));

/** Whoever stands on a button still stands there afterwards. */
function refill(place, nodes) {
  const { id } = document.activeElement ?? {};
  const isWithin = id && place.contains(document.activeElement);
  fill(place, nodes);
  if (isWithin) document.getElementById(id)?.focus();
}

function shown(certificate, tools) {
  const { reason, learner_name_now: nameNow } = certificate;
  return [
    h("p", { class: "badges" }, stateBadge(certificate), mailBadge(certificate)),
    certificate.revoked && h("p", { class: "notice bad" }, t("certificate.revoked", { day: day(certificate.revoked_at), reason: certificate.revoked_reason })),
    !certificate.revoked && reason && h("p", { class: "notice late" }, reason),
    nameNow && h("p", { class: "notice late" }, t("certificate.name_now", { name: nameNow })),
    deeds(certificate, tools),
    h("section", {}, h("h2", {}, t("certificate.says")), facts(certificate)),
    h("section", {}, h("h2", {}, t("certificate.mails")), mails(certificate)),
    certificate.versions.length > 0 && h("section", {}, h("h2", {}, t("certificate.versions")), h("ul", { class: "list" }, certificate.versions.map(version))),
  ];
}

function facts(certificate) {
  const { score, max_score: most, verify_url: verify } = certificate;
  const rows = {
    learner: [h("bdi", {}, certificate.learner_name), h("br"), certificate.learner_email],
    course: [certificate.course_name, " ", h("code", {}, certificate.course_id)],
    organization: [certificate.organization_name, h("br"), certificate.organization_website],
    completed: day(certificate.completed_at),
    issued: day(certificate.issued_at),
    expires: certificate.expires_at ? day(certificate.expires_at) : t("certificate.never"),
    score: score && (most ? t("certificate.of", { score, most }) : score),
    credits: certificate.credits,
    grade: certificate.grade,
    version: t("certificate.version_and_template", { version: certificate.version, template: certificate.template_version }),
    verify: verify && h("a", { href: verify, target: "_blank", rel: "noopener" }, t("certificate.verify_link")),
    sha256: certificate.sha256 && h("code", {}, certificate.sha256),
  };
  const known = Object.entries(rows).filter(([, value]) => value);
  return h("dl", { class: "facts" }, known.map(([name, value]) => h("div", {}, h("dt", {}, t(`certificate.${name}`)), h("dd", {}, value))));
}

function mails({ deliveries }) {
  if (!deliveries.length) return h("p", { class: "soft" }, t("certificate.no_mails"));
  // What waits is the newest.
  const when = ({ sent_at: at }) => at ?? "9999";
  const ordered = deliveries.toSorted((one, other) => when(other).localeCompare(when(one)));
  return h("ul", { class: "list" }, ordered.map(mail));
}

function mail({ purpose, version: of, recipient, status, reason, sent_at: at, provider }) {
  const sent = at && (provider ? t("certificate.mail.sent_by", { moment: minute(at), provider }) : minute(at));
  return h(
    "li",
    {},
    h("div", { class: "split" }, h("strong", {}, t(`certificate.purpose.${purpose}`)), mailWord(status)),
    h("div", { class: "soft" }, [recipient, t("certificate.version_of", { version: of }), sent].filter(Boolean).join(" · ")),
    reason && h("div", { class: "soft" }, reason),
  );
}

function version({ version: of, learner_name: name, course_name: course, organization_name: organization, replaced_at: at, reason }) {
  return h(
    "li",
    {},
    h("strong", {}, t("certificate.version_of", { version: of })),
    h("div", {}, h("bdi", {}, name), " · ", course, " · ", organization),
    h("div", { class: "soft" }, t("certificate.replaced", { moment: minute(at), reason })),
  );
}
