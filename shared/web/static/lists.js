// Lists that the server searches, filters and pages; their place is kept in the address.

import { here, note, to } from "./addresses.js";
import { fill, h, loading } from "./dom.js";
import { problem } from "./failures.js";
import { number, t } from "./words.js";

const PAGE = 25;
/** The server counts no further. */
const COUNTED = 5000;
/** Milliseconds after the last key before what was typed is looked for. */
const TYPING = 350;

/**
 * `{path, search, filters, ask, rows, empty}`: `search` labels the search field, `filters` are
 * `{name, label, options}` for a choice or `{name, label, type}` for an input, `ask(asked)` answers `{pagination, …}`
 * for `{limit, offset, search, …filters}`, `rows(answer)` makes the nodes, none for none, and `empty` says what to do
 * while there is nothing at all. `refresh()` of the result asks again.
 */
export function list({ path, query, search, filters = [], ask, rows, empty }) {
  const found = h("div");
  const told = h("p", { class: "soft", role: "status" });
  let turns = 0;
  const names = [...(search ? ["search"] : []), ...filters.map(({ name }) => name)];
  const show = latest(found, async (asked) => {
    const chosen = Object.fromEntries(names.map((name) => [name, asked.get(name) ?? ""]));
    const at = Math.max(1, Math.floor(Number(asked.get("page"))) || 1);
    const kept = Object.fromEntries(Object.entries(chosen).filter(([, value]) => value !== ""));
    const mine = ++turns;
    const tell = (words) => mine === turns && fill(told, words);
    const answer = await ask({ limit: PAGE, offset: (at - 1) * PAGE, ...kept }).catch((failure) => {
      tell(null);
      throw failure;
    });
    const nodes = rows(answer);
    tell(nodes.length ? range(at, nodes.length, answer.pagination.total) : null);
    if (!nodes.length) return nothing(path, kept, at, empty);
    return [h("ul", { class: "list" }, nodes), pages(path, kept, at, answer.pagination.has_more, turn)];
  });
  /** Only the list changes; whatever is beside it stays. */
  const turn = async (page) => {
    const { query: asked } = here();
    note(path, { ...Object.fromEntries(asked), page });
    await show(here().query);
    if (!told.isConnected) return;
    told.setAttribute("tabindex", "-1");
    told.focus({ preventScroll: true });
    (form ?? told).scrollIntoView();
  };
  const form = names.length ? searchForm(path, query, search, filters, show) : null;
  show(query);
  return Object.assign([form, told, found], { refresh: () => show(here().query) });
}

/** Shows what is asked for last, in whatever order answers come; failures can be tried again. */
export function latest(place, ask) {
  let turn = 0;
  const show = async (asked) => {
    const mine = ++turn;
    place.setAttribute("aria-busy", "true");
    if (!place.firstChild) fill(place, loading(t("loading"), t("loading.slow")));
    const shown = await ask(asked).catch((failure) => problem(failure, () => show(asked)));
    if (mine !== turn) return;
    fill(place, shown);
    place.removeAttribute("aria-busy");
  };
  return show;
}

function searchForm(path, query, search, filters, show) {
  const input = search && h("input", { id: "search", type: "search", name: "search", maxlength: 100, value: query.get("search") ?? "", autocomplete: "off" });
  const form = h(
    "form",
    { class: "row", role: "search" },
    search && h("p", { class: "field" }, h("label", { for: "search" }, search), input),
    filters.map((each) => filterField(each, query.get(each.name) ?? "")),
    search && h("button", {}, t("list.find")),
  );
  let timer;
  const look = (replace) => {
    clearTimeout(timer);
    const wanted = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]));
    if (Object.entries(wanted).every(([name, value]) => value === (here().query.get(name) ?? ""))) return;
    note(path, wanted, { replace });
    show(here().query);
  };
  const typing = () => {
    clearTimeout(timer);
    // Whoever went elsewhere meanwhile is looking for nothing here.
    timer = setTimeout(() => form.isConnected && look(true), TYPING);
  };
  input?.addEventListener("input", typing);
  form.addEventListener("change", (event) => event.target !== input && look(false));
  form.addEventListener("submit", (event) => (event.preventDefault(), look(false)));
  return form;
}

function filterField({ name, label, options, ...attributes }, value) {
  const id = `filter-${name}`;
  const shown = options
    ? h("select", { id, name }, options.map(([each, text]) => h("option", { value: each, selected: each === value }, text)))
    : h("input", { id, name, value, ...attributes });
  return h("p", { class: "field" }, h("label", { for: id }, label), shown);
}

function nothing(path, kept, at, empty) {
  if (at > 1) return h("p", {}, t("list.beyond"), " ", h("a", { href: to(path, kept) }, t("list.first_page")));
  if (Object.keys(kept).length) return h("p", {}, t("list.none_found"), " ", h("a", { href: to(path) }, t("list.all")));
  return h("p", {}, empty);
}

function range(at, shown, total) {
  const first = (at - 1) * PAGE + 1;
  const all = total < COUNTED ? number(total) : t("list.more_than", { count: COUNTED });
  return t("list.range", { first, last: first + shown - 1, total: all });
}

function pages(path, kept, at, more, turn) {
  if (at === 1 && !more) return null;
  const link = (target, label) => {
    const page = target > 1 ? target : null;
    const here = (event) => isPlain(event) && (event.preventDefault(), turn(page));
    return h("a", { class: "button quiet", href: to(path, { ...kept, page }), onclick: here }, label);
  };
  return h(
    "div",
    { class: "pages", role: "navigation", "aria-label": t("list.pages") },
    at > 1 && link(at - 1, t("list.previous")),
    more && link(at + 1, t("list.next")),
  );
}

/** Whoever wants a tab of its own gets one. */
const isPlain = (event) => !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
