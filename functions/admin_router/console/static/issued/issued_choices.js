// Courses and organisations to choose from, offered once they are known; until then what the address names stands alone.

import { h } from "./dom.js";
import { t } from "./words.js";

/** Nobody looks through more; who has more of them types. */
const MOST = 500;

export const courseFilter = (query) => {
  const chosen = query.get("course_id") ?? "";
  return { name: "course_id", label: t("certificates.course"), options: [["", t("certificates.any")], ...(chosen ? [[chosen, chosen]] : [])] };
};

export const organizationFilter = () => ({
  name: "organization_website",
  label: t("certificates.organization"),
  type: "search",
  list: "websites",
  placeholder: "acme.example",
  autocomplete: "off",
});

/** Fills the select `element` with all courses. A page without them still does its work, so nothing is said. */
export async function offerCourses(api, element) {
  const courses = await every(api, "LIST_COURSES", "courses", { archived: null }).catch(() => []);
  for (const { course_id: id, name } of courses) {
    const there = [...element.options].find((each) => each.value === id);
    if (there) there.textContent = name;
    else element.append(h("option", { value: id }, name));
  }
}

/** What the organisation's field suggests. */
export function websites(api) {
  const suggestions = h("datalist", { id: "websites" });
  every(api, "LIST_ORGANIZATIONS", "organizations")
    .then((all) => suggestions.append(...all.map(({ website, name }) => h("option", { value: website }, name))))
    .catch(() => null);
  return suggestions;
}

async function every(api, action, name, payload = {}) {
  const found = [];
  for (let cursor = null; ; ) {
    const answer = await api.read(action, { limit: 100, ...payload, ...(cursor && { cursor }) });
    found.push(...answer[name]);
    cursor = answer.pagination.next_cursor;
    if (!answer.pagination.has_more || found.length >= MOST) return found;
  }
}
