// Where on the page somebody is: `#/learners?search=rao&page=2`. So links, reloads and the browser's own buttons work.

export function here() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  return { path: path || "/", query: new URLSearchParams(query) };
}

/** The address of a place; what is empty is left out. */
export function to(path, query = {}) {
  const kept = Object.entries(query).filter(([, value]) => value !== "" && value !== null && value !== undefined);
  return `#${path}${kept.length ? `?${new URLSearchParams(kept)}` : ""}`;
}

/** Notes in the address what is shown already; `replace` makes it no step of its own for the back button. */
export function note(path, query, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"](null, "", to(path, query));
}
