// Many certificates are revoked or replaced at once: chosen, looked at first, then done.

import { KEPT, bulkForm } from "./bulk_form.js";
import { look } from "./bulk_run.js";
import { runOf, start } from "./bulk_progress.js";
import { report } from "./bulk_report.js";
import { ask } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { forgetDraft } from "./forms.js";
import { t } from "./words.js";

export function view({ api }) {
  const place = h("div");
  const checked = h("div", { class: "checked", tabindex: "-1" });
  const begin = () => {
    forgetDraft("bulk");
    fill(checked);
    fill(place, choose());
  };
  const choose = () => {
    const form = bulkForm(api, async (plan) => {
      fill(checked);
      const found = await look(api, plan);
      fill(checked, verdict(plan, found));
      checked.focus();
    });
    // What was looked at is not what the form says now.
    form.addEventListener("input", ({ detail }) => detail !== KEPT && fill(checked));
    return [h("p", {}, t("bulk.how")), form, checked];
  };
  const run = (plan, found) => {
    fill(place, start(api, plan, found, begin));
    place.querySelector("h2").focus();
  };
  const verdict = (plan, found) => [
    h("h2", {}, t("bulk.preflight")),
    report(found, { dry: true }),
    found.counts.done > 0
      ? h("p", {}, h("button", { type: "button", class: "danger", onclick: () => confirmed(plan, found, run) }, t(`bulk.${plan.deed}.now`, { count: found.counts.done })))
      : h("p", { class: "notice late" }, t("bulk.nothing")),
  ];
  const going = runOf(api, begin);
  fill(place, going ?? choose());
  return [h("p", {}, h("a", { href: "#/certificates" }, t("certificate.back"))), h("h1", {}, t("bulk.title")), place];
}

async function confirmed(plan, found, run) {
  const count = found.counts.done;
  const title = t(`bulk.${plan.deed}.ask`, { count });
  const told = t(plan.payload.notify ? "bulk.notified" : "bulk.silent");
  const is = await ask({ title, submit: t(`bulk.${plan.deed}.now`, { count }), act: async () => null }, h("p", {}, t(`bulk.${plan.deed}.what`)), h("p", {}, told));
  if (is) run(plan, found);
}
