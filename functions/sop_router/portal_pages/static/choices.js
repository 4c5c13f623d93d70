// What there is to choose from.

import { t } from "./words.js";

/** Of a select; `chosen` is offered in any case, since the address may name what is there no longer. */
export function courseOptions(courses, chosen) {
  const options = courses.map(({ course_id: id, name }) => [id, name]);
  const isKnown = !chosen || courses.some(({ course_id: id }) => id === chosen);
  return [["", t("filter.all_courses")], ...options, ...(isKnown ? [] : [[chosen, chosen]])];
}
