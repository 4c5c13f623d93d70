// An organisation's figures, what expires soon, and its learners.

import { fill, h } from "./dom.js";
import { learners } from "./learners.js";
import { day, number, t } from "./words.js";

const FIGURES = ["total_learners", "active_enrollments", "completed_courses", "certificates_generated"];
/** Days to look ahead for what expires. */
const AHEAD = 60;
/** Named of those that expire. */
const NAMED = 25;

export function view(entered, query) {
  const { api, organization } = entered;
  return [
    h("h1", {}, organization.name),
    h("p", { class: "soft" }, organization.website),
    figures(api),
    expiring(api),
    h("section", { "aria-labelledby": "learners" }, h("h2", { id: "learners" }, t("learners.title")), learners(entered, query)),
  ];
}

/** Whatever happens to the figures, the list beside them is what people came for. */
function figures(api) {
  const shown = (value) => FIGURES.map((name) => h("div", {}, h("dt", {}, t(`figure.${name}`)), h("dd", {}, value(name))));
  const list = h("dl", { class: "figures" }, shown(() => "–"));
  api.read("LEARNER_STATISTICS").then(
    (counted) => fill(list, shown((name) => number(counted[name]))),
    () => {},
  );
  return list;
}

function expiring(api) {
  const place = h("div");
  api.read("LIST_EXPIRING", { days: AHEAD, limit: NAMED }).then(
    ({ certificates, pagination: { total } }) => total > 0 && fill(place, expiry(certificates, total)),
    () => {},
  );
  return place;
}

function expiry(certificates, count) {
  const item = (each) => h("li", {}, h("span", { dir: "auto" }, each.learner_name), `, ${each.course_name}: ${day(each.expires_at)}`);
  const more = count - certificates.length;
  return h(
    "details",
    { class: "notice late" },
    h("summary", {}, t("expiring.title", { count, days: AHEAD })),
    h("ul", {}, certificates.map(item)),
    more > 0 && h("p", {}, t("expiring.more", { count: more })),
    h("p", {}, t("expiring.what")),
  );
}
