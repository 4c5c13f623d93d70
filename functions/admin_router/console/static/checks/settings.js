// Whether everything is set up: what answers, whether mails go out, and where the pages are.

import { fill, h } from "./dom.js";
import { field, form } from "./forms.js";
import { latest } from "./lists.js";
import { has, t } from "./words.js";

export function view({ api, who }) {
  return [
    h("h1", {}, t("page.settings")),
    h("p", {}, t("settings.about")),
    h("section", {}, h("h2", {}, t("settings.health")), health(api)),
    h("section", {}, h("h2", {}, t("settings.mail")), testMail(api, who)),
    h("section", {}, h("h2", {}, t("settings.addresses")), addresses()),
  ];
}

function health(api) {
  const found = h("div", {});
  const look = latest(found, async () => {
    const { healthy, parts } = await api.read("health");
    return [
      h("p", { class: `notice ${healthy ? "good" : "bad"}`, role: "status" }, t(healthy ? "settings.health.all" : "settings.health.some")),
      h("ul", { class: "list" }, Object.entries(parts).map(part)),
    ];
  });
  look();
  return [found, h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => look() }, t("settings.health.again")))];
}

/** What it is for, and what to do if it does not answer. */
function part([name, fine]) {
  const label = has(`settings.part.${name}`) ? t(`settings.part.${name}`) : name;
  const badge = h("span", { class: `badge ${fine ? "good" : "bad"}` }, t(fine ? "settings.part.fine" : "settings.part.bad"));
  const advice = `settings.part.${name}.bad`;
  return h("li", {}, h("div", { class: "split" }, h("strong", {}, label), badge), !fine && has(advice) && h("div", { class: "soft" }, t(advice)));
}

function testMail(api, who) {
  const told = h("div", { role: "status" });
  const send = async ({ recipient }) => {
    fill(told);
    fill(told, fate(await api.write("TEST_EMAIL", { recipient: recipient.trim() })));
  };
  const input = { name: "recipient", type: "email", required: true, autocomplete: "email", value: who?.email ?? "" };
  return [
    h("p", {}, t("settings.mail.why")),
    h("div", { class: "settings-mail" }, form(t("settings.mail.send"), send, field(t("settings.mail.to"), input)), told),
  ];
}

function fate({ sent, recipient, provider, reason, message }) {
  if (sent) return h("p", { class: "notice good" }, t("settings.mail.sent", { recipient, provider: t(`settings.provider.${provider}`) }));
  const advice = `settings.reason.${reason}`;
  return h(
    "div",
    { class: "notice bad" },
    h("p", {}, t("settings.mail.not_sent", { recipient })),
    has(advice) && h("p", {}, t(advice)),
    h("p", { class: "quote" }, t("settings.mail.answer"), " ", h("code", {}, message)),
  );
}

function addresses() {
  const { other, verify } = document.documentElement.dataset;
  const known = { console: location.origin + location.pathname, portal: other, verify };
  const item = ([name, address]) =>
    h(
      "li",
      {},
      h("strong", {}, t(`settings.address.${name}`)),
      h("div", {}, address ? h("a", { href: address }, address) : t(`settings.address.${name}.none`)),
      h("div", { class: "soft" }, t(`settings.address.${name}.for`)),
    );
  return h("ul", { class: "list" }, Object.entries(known).map(item));
}
