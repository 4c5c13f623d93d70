// Courses and organisations to choose among; those of several pages, too.

import { h } from "./dom.js";

const PAGE = 100;
/** Nobody scrolls through more. */
const MOST = 1000;

export const everyCourse = (api) => every(api, "LIST_COURSES", "courses");

async function every(api, action, name) {
  const found = [];
  for (let cursor; found.length < MOST; ) {
    const answer = await api.read(action, { limit: PAGE, cursor });
    found.push(...answer[name]);
    cursor = answer.pagination.next_cursor;
    if (!cursor) break;
  }
  return found;
}

/** Fills a select that holds nothing but its first option, or that and `chosen`. */
export function fillCourses(select, courses, chosen) {
  const known = courses.filter(({ course_id: id }) => id !== chosen);
  select.querySelectorAll("option").forEach((each) => {
    const course = courses.find(({ course_id: id }) => id === each.value);
    if (course) each.textContent = course.name;
  });
  select.append(...known.map(({ course_id: value, name }) => h("option", { value }, name)));
}

/** Websites for inputs with `list="websites"`; without them people type as before. */
export function websites(api) {
  const suggested = h("datalist", { id: "websites" });
  every(api, "LIST_ORGANIZATIONS", "organizations")
    .then((all) => suggested.append(...all.map(({ website: value, name }) => h("option", { value }, name))))
    .catch(console.warn);
  return suggested;
}
