// A run that goes on, also after a reload: what is planned, and how far it got, is kept in the tab.

import { step } from "./bulk_run.js";
import { report } from "./bulk_report.js";
import { fill, h } from "./dom.js";
import { problem } from "./failures.js";
import { ofTab } from "./storage.js";
import { t } from "./words.js";

const KEY = "bulk run";

/** Begins to do what was looked at; `begin` shows the form anew. */
export function start(api, plan, found, begin) {
  const run = { plan, total: Object.values(found.counts).reduce((one, other) => one + other) + found.remaining, known: null };
  ofTab.set(KEY, run);
  return progress(api, run, begin);
}

/** One that was begun in this tab, and goes on; null if there is none. */
export function runOf(api, begin) {
  const run = ofTab.get(KEY);
  return run && progress(api, run, begin);
}

function progress(api, run, begin) {
  const { plan, total } = run;
  const bar = h("progress", { max: total, value: 0, "aria-label": t(`bulk.${plan.deed}.doing`) });
  const told = h("p", { role: "status" });
  const outcome = h("div");
  const heading = h("h2", { tabindex: "-1" }, t(`bulk.${plan.deed}.doing`));
  let isStopped = false;
  const stop = h("button", { type: "button", class: "quiet", onclick: () => (isStopped = true) }, t("bulk.stop"));
  const show = () => {
    const through = total - (run.known ? run.known.remaining : total);
    bar.value = through;
    fill(told, t("bulk.through", { through, total }));
  };
  const end = (...nodes) => {
    stop.remove();
    ofTab.set(KEY, null);
    fill(outcome, nodes, h("p", {}, h("button", { type: "button", class: "quiet", onclick: begin }, t("bulk.another")), " ", h("a", { href: "#/certificates" }, t("certificate.back"))));
  };
  const go = async () => {
    fill(outcome);
    try {
      while (!isStopped && bar.isConnected && (!run.known || run.known.remaining > 0)) {
        run.known = await step(api, plan, run.known);
        ofTab.set(KEY, run);
        show();
      }
    } catch (failure) {
      return fill(outcome, problem(failure, go), h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => end() }, t("bulk.give_up"))));
    }
    if (run.known?.remaining === 0) {
      fill(heading, t("bulk.finished"));
      end(h("p", { class: "notice good", role: "status" }, t(`bulk.${plan.deed}.done`, { count: run.known.counts.done })), report(run.known, { dry: false }));
    } else if (isStopped) end(h("p", { class: "notice late", role: "status" }, t("bulk.stopped", { count: run.known?.counts.done ?? 0 })));
  };
  show();
  // Not before it is on the page.
  setTimeout(go);
  return [heading, bar, told, h("p", {}, stop), outcome];
}
