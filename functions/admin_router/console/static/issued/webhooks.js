// What Graphy reported, what became of it, and how to help what got stuck.

import { ask } from "./dialogs.js";
import { fill, h } from "./dom.js";
import { field } from "./forms.js";
import { list } from "./lists.js";
import { badge } from "./standing.js";
import { minute, t } from "./words.js";

const LOOKS = { received: "newer", matched: "good", unmatched: "late", not_passed: "late", unreadable: "bad" };
const WAITING = ["unmatched", "not_passed", "unreadable"];
/** Milliseconds between two looks at what is being tried, and how often it is looked at. */
const PAUSE = 2000;
const TURNS = 20;

export function view({ api }, query) {
  const said = h("div", { role: "status", tabindex: "-1", class: "said" });
  const all = h("p");
  const tools = { api, done: (text) => done(text) };
  let turns = 0;
  let timer;
  const shown = list({
    path: "/webhooks",
    query,
    search: t("webhooks.search"),
    filters: [{ name: "status", label: t("webhooks.status"), options: [["", t("certificates.any")], ...Object.keys(LOOKS).map((each) => [each, t(`webhooks.status.${each}`)])] }],
    ask: (asked) => api.read("LIST_WEBHOOKS", asked),
    rows: ({ webhooks }) => {
      fill(all, retryAll(webhooks.filter(canGo), tools));
      follow(webhooks);
      return webhooks.map((each) => row(each, tools));
    },
    empty: t("webhooks.empty"),
  });
  /** What is being tried has its answer soon. */
  const follow = (webhooks) => {
    clearTimeout(timer);
    if (turns < 1 || !webhooks.some(({ status }) => status === "received")) return;
    turns -= 1;
    timer = setTimeout(() => said.isConnected && shown.refresh(), PAUSE);
  };
  const done = async (text) => {
    turns = TURNS;
    fill(said, h("p", { class: "notice good" }, text));
    await shown.refresh();
    said.focus();
  };
  return [h("h1", {}, t("page.webhooks")), h("p", { class: "soft" }, t("webhooks.what")), shown[0], said, all, shown.slice(1)];
}

/** Not one that lacks what nobody has said yet. */
const canGo = ({ status, course_id: course, email }) => WAITING.includes(status) && course && email;

function retryAll(waiting, { api, done }) {
  if (waiting.length < 2) return null;
  const count = waiting.length;
  const run = async () => {
    let answer = null;
    const act = async () => {
      answer = await api.write("RETRY_WEBHOOK", { completion_ids: waiting.map(({ id }) => id) });
    };
    const title = t("webhooks.all.ask", { count });
    if (await ask({ title, submit: t("webhooks.retry"), act }, h("p", {}, t("webhooks.all.what")))) await done(t("webhooks.retried", { count: answer.retried }));
  };
  return h("button", { type: "button", class: "quiet", onclick: run }, t("webhooks.all", { count }));
}

function row(webhook, tools) {
  const { email, course_id: course, status, reason, received_at: at, event_id: event } = webhook;
  return h(
    "li",
    { class: "issued-row" },
    h("div", { class: "split" }, h("h2", {}, email || t("webhooks.nobody")), badge(LOOKS[status], t(`webhooks.status.${status}`))),
    h("div", {}, course ? t("webhooks.of_course", { course }) : t("webhooks.no_course")),
    h("div", { class: "soft" }, t("webhooks.received", { moment: minute(at) })),
    reason && h("div", { class: "soft" }, reason),
    WAITING.includes(status) && h("p", {}, h("button", { type: "button", class: "quiet", "aria-label": t("webhooks.help_of", { email: email || event }), onclick: () => retry(webhook, tools) }, t("webhooks.help"))),
    status === "matched" && h("p", {}, h("a", { href: `#/certificates?${new URLSearchParams({ search: email })}` }, t("webhooks.certificate"))),
    h("details", {}, h("summary", {}, t("webhooks.payload")), h("p", { class: "soft" }, t("webhooks.event"), " ", h("code", {}, event)), h("pre", { class: "raw", tabindex: "0", dir: "ltr" }, readable(webhook.payload))),
  );
}

function readable(payload) {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2);
  } catch {
    return payload;
  }
}

/** As reported, or corrected; what stays as it was is not sent. */
async function retry({ id, email, course_id: course, status }, { api, done }) {
  const act = async (values) => {
    const changed = Object.entries(values).filter(([name, value]) => value.trim() && value.trim() !== { email, course_id: course }[name]);
    await api.write("RETRY_WEBHOOK", { completion_id: id, ...Object.fromEntries(changed.map(([name, value]) => [name, value.trim()])) });
  };
  const isDone = await ask(
    { title: t("webhooks.retry.ask", { email: email || t("webhooks.nobody") }), submit: t("webhooks.retry"), act },
    h("p", {}, t(`webhooks.advice.${status}`)),
    field(t("webhooks.email"), { name: "email", type: "email", value: email, required: true, autocomplete: "off" }, t("webhooks.email.hint")),
    field(t("webhooks.course"), { name: "course_id", value: course, required: true, maxlength: 128, autocomplete: "off" }, t("webhooks.course.hint")),
  );
  if (isDone) await done(t("webhooks.retried", { count: 1 }));
}
