// The organisations whose learners are trained.

import { to } from "./addresses.js";
import { h } from "./dom.js";
import { list } from "./lists.js";
import { day, t } from "./words.js";

const PATH = "/organizations";

export function view({ api }, query) {
  const create = h("a", { class: "button", href: to(`${PATH}/edit`) }, t("organizations.new"));
  return [
    h("div", { class: "split" }, h("h1", {}, t("page.organizations")), create),
    list({
      path: PATH,
      query,
      search: t("organizations.search"),
      filters: [{ name: "archived", label: t("organizations.which"), options: [["", t("organizations.open")], ["true", t("organizations.archived")]] }],
      ask: ({ archived, ...asked }) => api.read("LIST_ORGANIZATIONS", { ...asked, archived: archived === "true" }),
      rows: ({ organizations }) => organizations.map(row),
      empty: [t("organizations.none"), " ", h("a", { href: to(`${PATH}/edit`) }, t("organizations.new"))],
    }),
  ];
}

function row({ name, website, sop_email: main, contacts, archived_at: archived }) {
  const further = contacts.filter((each) => each !== main);
  return h(
    "li",
    { class: "split" },
    h(
      "div",
      {},
      h("h2", { class: "entry", dir: "auto" }, h("a", { href: to(`${PATH}/edit`, { website }) }, name)),
      h("div", { class: "soft" }, website, archived && [" ", h("span", { class: "badge late" }, t("organizations.archived_on", { day: day(archived) }))]),
      h("div", { class: "soft" }, t("organizations.contact", { email: main }), further.length > 0 && [" · ", t("organizations.further", { emails: further.join(", ") })]),
    ),
    h("a", { href: to("/learners", { organization_website: website }), "aria-label": t("organizations.learners_of", { name }) }, t("page.learners")),
  );
}
