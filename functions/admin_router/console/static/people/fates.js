// What becomes of a row, in a colour and in words.

import { t } from "./words.js";

/** In the order of how much there is to do about them. */
export const FATES = ["invalid", "unknown_organization", "archived_organization", "moves_organization", "duplicate", "new", "new_to_course", "already_enrolled"];
const COLOURS = { new: "good", new_to_course: "good", already_enrolled: "", invalid: "bad" };

export const colour = (fate) => COLOURS[fate] ?? "late";

export const isProblem = ({ fate }) => !["new", "new_to_course", "already_enrolled"].includes(fate);

/** Why the row is not taken, or null. */
export function reasonOf({ fate, field, name, reason, duplicate_of: row, existing_organization_website: website }) {
  if (fate === "duplicate") return t("upload.why.duplicate", { row });
  if (fate === "moves_organization") return website ? t("upload.why.moves", { website }) : t("upload.why.moves_unknown");
  if (fate === "unknown_organization") return t("upload.why.unknown");
  if (fate === "archived_organization") return t("upload.why.archived");
  return fate === "invalid" ? cellReason(field, name, reason) : null;
}

function cellReason(field, name, reason) {
  if (field === "row") return t("upload.why.cells");
  if (field === "name" && !name) return t("upload.why.no_name");
  if (field === "organization_website") return t("upload.why.website");
  return `${t(`upload.column.${field}`)}: ${reason}`;
}

/** What can't be seen in a cell is written out. */
export const visible = (text) =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, (each) => `⟨${each.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}⟩`);
