// All certificates: searched, narrowed down, and each a link to what can be done with it.

import { h } from "./dom.js";
import { courseFilter, offerCourses, organizationFilter, websites } from "./issued_choices.js";
import { list } from "./lists.js";
import { certificateLink, mailBadge, stateBadge } from "./standing.js";
import { day, t } from "./words.js";

const STATES = ["valid", "expired", "revoked", "pending"];
const STATUSES = ["queued", "rendering", "stored", "sent", "delivered", "failed"];

export function view({ api }, query) {
  const shown = list({
    path: "/certificates",
    query,
    search: t("certificates.search"),
    filters: [
      courseFilter(query),
      organizationFilter(),
      { name: "state", label: t("certificates.state"), options: options(STATES, "certificates.state") },
      { name: "status", label: t("certificates.status"), options: options(STATUSES, "certificates.status") },
    ],
    ask: (asked) => api.read("LIST_CERTIFICATES", asked),
    rows: ({ certificates }) => certificates.map(row),
    empty: [t("certificates.empty"), " ", h("a", { href: "#/learners/upload" }, t("certificates.empty.upload"))],
  });
  offerCourses(api, shown[0].querySelector("#filter-course_id"));
  return [
    h("div", { class: "split" }, h("h1", {}, t("page.certificates")), h("a", { class: "button quiet", href: "#/certificates/bulk" }, t("certificates.bulk"))),
    shown,
    websites(api),
  ];
}

const options = (values, words) => [["", t("certificates.any")], ...values.map((each) => [each, t(`${words}.${each}`)])];

function row(certificate) {
  const { certificate_number: number, learner_name: name, learner_email: email, reason } = certificate;
  return h(
    "li",
    { class: "issued-row" },
    h(
      "div",
      { class: "split" },
      h("h2", {}, h("a", { href: certificateLink(number), dir: "auto" }, name)),
      h("span", { class: "badges" }, stateBadge(certificate), mailBadge(certificate)),
    ),
    h("div", {}, certificate.course_name, " · ", certificate.organization_name),
    h("div", { class: "soft" }, h("code", {}, number), " · ", email, " · ", t("certificates.issued", { day: day(certificate.issued_at) })),
    reason && h("div", { class: "soft" }, reason),
  );
}
