// The list of learners: searched and paged by the server, its place kept in the address.

import { here, note, to } from "./addresses.js";
import { fill, h, loading } from "./dom.js";
import { problem } from "./failures.js";
import { courseOf } from "./certificates.js";
import { number, t } from "./words.js";

const PAGE = 25;
/** The server counts no further. */
const COUNTED = 5000;
/** Milliseconds after the last key before what was typed is looked for. */
const TYPING = 350;

export function learners(api, query) {
  const found = h("div");
  const told = h("p", { class: "soft", role: "status" });
  const show = latest(found, (asked) => page(api, asked, told));
  show(query);
  return [searchForm(query, show), told, found];
}

/** Shows what is asked for last, in whatever order answers come. */
function latest(place, ask) {
  let turn = 0;
  const show = async (query) => {
    const mine = ++turn;
    place.setAttribute("aria-busy", "true");
    if (!place.firstChild) fill(place, loading(t("loading"), t("loading.slow")));
    const shown = await ask(query).catch((failure) => problem(failure, () => show(query)));
    if (mine !== turn) return;
    fill(place, shown);
    place.removeAttribute("aria-busy");
  };
  return show;
}

function searchForm(query, show) {
  const input = h("input", { id: "search", type: "search", name: "search", maxlength: 100, value: query.get("search") ?? "", autocomplete: "off" });
  let timer;
  const search = (replace) => {
    clearTimeout(timer);
    const wanted = input.value.trim();
    if (wanted === (here().query.get("search") ?? "")) return;
    note("/", { search: wanted }, { replace });
    show(here().query);
  };
  input.addEventListener("input", () => {
    clearTimeout(timer);
    // Whoever went elsewhere meanwhile is looking for nothing here.
    timer = setTimeout(() => input.isConnected && search(true), TYPING);
  });
  const submit = (event) => (event.preventDefault(), search(false));
  return h(
    "form",
    { class: "row", role: "search", onsubmit: submit },
    h("p", { class: "field" }, h("label", { for: "search" }, t("learners.search")), input),
    h("button", {}, t("learners.find")),
  );
}

async function page(api, query, told) {
  const search = query.get("search") ?? "";
  const at = Math.max(1, Math.floor(Number(query.get("page"))) || 1);
  const asked = { limit: PAGE, offset: (at - 1) * PAGE, search };
  const { learners: listed, pagination } = await api.read("LIST_ORG_LEARNERS", asked);
  fill(told, listed.length ? range(at, listed.length, pagination.total) : null);
  if (!listed.length) return nothing(search, at);
  return [h("ul", { class: "list" }, listed.map((each) => learnerOf(api, each))), pages(search, at, pagination.has_more)];
}

function learnerOf(api, { learner_info: learner, courses }) {
  return h(
    "li",
    {},
    h("h3", { dir: "auto" }, learner.name),
    h("div", { class: "soft" }, learner.email),
    h("ul", { class: "plain" }, courses.map((course) => courseOf(api, learner, course))),
  );
}

function nothing(search, at) {
  if (at > 1) return h("p", {}, t("learners.beyond"), " ", h("a", { href: to("/", { search }) }, t("learners.first_page")));
  if (search) return h("p", {}, t("learners.none_found", { search }), " ", h("a", { href: to("/") }, t("learners.all")));
  return h("p", {}, t("learners.none"));
}

function range(at, shown, total) {
  const first = (at - 1) * PAGE + 1;
  const all = total < COUNTED ? number(total) : t("learners.more_than", { count: COUNTED });
  return t("learners.range", { first, last: first + shown - 1, total: all });
}

function pages(search, at, more) {
  if (at === 1 && !more) return null;
  const link = (page, label) => h("a", { class: "button quiet", href: to("/", { search, page: page > 1 ? page : null }) }, label);
  return h(
    "div",
    { class: "pages", role: "navigation", "aria-label": t("learners.pages") },
    at > 1 && link(at - 1, t("learners.previous")),
    more && link(at + 1, t("learners.next")),
  );
}
