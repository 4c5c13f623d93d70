// An organisation's figures and its learners.

import { fill, h } from "./dom.js";
import { learners } from "./learners.js";
import { number, t } from "./words.js";

const FIGURES = ["total_learners", "active_enrollments", "completed_courses", "certificates_generated"];

export function home(api, organization, query) {
  return [
    h("h1", {}, organization.name),
    h("p", { class: "soft" }, organization.website),
    figures(api),
    h("section", { "aria-labelledby": "learners" }, h("h2", { id: "learners" }, t("learners.title")), learners(api, query)),
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
