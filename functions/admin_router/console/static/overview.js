// How the backend is doing.

import { to } from "./addresses.js";
import { chart } from "./chart.js";
import { fill, h, loading } from "./dom.js";
import { problem } from "./failures.js";
import { latest } from "./lists.js";
import { duration, minute, number, percent, t } from "./words.js";

const STATES = ["queued", "rendering", "stored", "sent", "delivered", "failed", "revoked"];
const BAD_MAILS = ["failed", "bounced", "dropped"];

/** Where those are that need a look. */
const WHERE = {
  certificates: to("/certificates", { status: "failed" }),
  mails: to("/certificates"),
  enrollments: to("/learners", { status: "failed" }),
  unmatched: to("/webhooks", { status: "unmatched" }),
  unreadable: to("/webhooks", { status: "unreadable" }),
};
/** What is drawn, and what is only told. */
const DRAWN = ["completions", "issued"], TOLD = [...DRAWN, "mailed"];

export function view({ api, courses }) {
  const outcome = h("div", {});
  const days = h("div", {});
  const showDays = latest(days, async () => lastDays((await api.read("DAILY_FIGURES")).days));
  const refresh = async () => {
    showDays();
    outcome.setAttribute("aria-busy", "true");
    if (!outcome.firstChild) fill(outcome, loading(t("loading"), t("loading.slow")));
    try {
      fill(outcome, figures(await api.read("METRICS"), days));
    } catch (failure) {
      fill(outcome, problem(failure, refresh));
    }
    outcome.removeAttribute("aria-busy");
  };
  refresh();
  return [
    h("div", { class: "split" }, h("h1", {}, t("overview.title")), h("button", { type: "button", class: "quiet", onclick: refresh }, t("overview.refresh"))),
    courses === 0 && h("p", { class: "notice good" }, t("overview.first"), " ", h("a", { href: to("/courses") }, t("overview.first.do"))),
    outcome,
  ];
}

function figures(metrics, days) {
  return [
    section("overview.certificates", tiles(STATES.map((state) => tile(t(`state.${state}`), metrics.certificates[state], state === "failed")))),
    section("overview.wrong", wrong(metrics)),
    section("overview.days", days),
    section("overview.waiting", queues(metrics.queues)),
    section("overview.pace", tiles(pace(metrics))),
    h("p", { class: "soft" }, t("overview.measured", { moment: minute(metrics.measured_at) })),
  ];
}

function lastDays(days) {
  if (!days.some((each) => TOLD.some((name) => each[name]))) return h("p", { class: "soft" }, t("overview.days.none"));
  const labels = (names) => Object.fromEntries(names.map((name) => [name, t(`overview.days.${name}`)]));
  return [chart(t("overview.days"), days, labels(DRAWN), labels(TOLD)), h("p", { class: "soft" }, t("overview.days.utc"))];
}

function pace({ success_ratio: ratio, completion_to_delivery: delivery, completions, worker }) {
  const known = (value, shown) => (value === null || value === undefined ? t("overview.unknown") : shown(value));
  return [
    tile(t("overview.ratio"), known(ratio, percent)),
    tile(t("overview.half"), known(delivery.p50_seconds, duration)),
    tile(t("overview.recent"), completions.last_24_hours),
    tile(t("overview.last"), known(completions.last_age_seconds, ago)),
    tile(t("overview.worker"), known(worker?.last_pass_age_seconds, ago)),
  ];
}

/** What somebody should look at, each with what it means. */
function wrong({ certificates, mails, graphy, completions, worker }) {
  const bounced = mails.filter((each) => BAD_MAILS.includes(each.outcome)).reduce((sum, each) => sum + each.count, 0);
  const counts = {
    certificates: certificates.failed,
    mails: bounced,
    enrollments: graphy.enrollments_failed,
    unmatched: completions.unmatched,
    unreadable: completions.unreadable,
    worker: worker?.failed_passes ?? 0,
  };
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  if (!found.length) return h("p", { class: "notice good" }, t("overview.fine"));
  const named = (kind, words) => (WHERE[kind] ? h("a", { href: WHERE[kind] }, words) : words);
  const item = ([kind, count]) =>
    h("li", {}, h("strong", {}, named(kind, t(`wrong.${kind}`, { count }))), h("div", { class: "soft" }, t(`wrong.${kind}.hint`)));
  return h("ul", { class: "list" }, found.map(item));
}

function queues(every) {
  const item = ([kind, { length, oldest_age_seconds: oldest }]) =>
    h(
      "li",
      { class: "split" },
      h("span", {}, t(`queue.${kind}`)),
      h("span", {}, h("strong", {}, number(length)), length > 0 && h("span", { class: "soft" }, ` · ${t("overview.oldest", { age: duration(oldest) })}`)),
    );
  return h("ul", { class: "list" }, Object.entries(every).map(item));
}

const ago = (seconds) => t("overview.ago", { age: duration(seconds) });

const section = (title, body) => h("section", {}, h("h2", {}, t(title)), body);

const tiles = (all) => h("dl", { class: "figures" }, all);

const tile = (name, value, bad = false) =>
  h("div", { class: bad && value > 0 ? "bad" : null }, h("dt", {}, name), h("dd", {}, typeof value === "number" ? number(value) : value));
