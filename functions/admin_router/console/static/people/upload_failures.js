// Why a file as a whole can't be used, in the reader's words.

import { t } from "./words.js";

/** The failure, which says what to mend in the file. */
export function explainedFile(failure) {
  const words = KINDS[failure.code]?.(failure.details ?? {});
  if (words) failure.message = words;
  return failure;
}

const KINDS = {
  INVALID_CSV: unreadable,
  TOO_LARGE: ({ max_rows: rows }) => (rows ? t("upload.bad.rows", { count: rows }) : null),
  ARCHIVED: () => t("upload.bad.archived"),
};

function unreadable({ missing, found, duplicates, line }) {
  if (missing) return t("upload.bad.missing", { missing: missing.join(", "), found: found?.filter(Boolean).join(", ") || t("upload.bad.nothing") });
  if (duplicates) return t("upload.bad.twice", { column: duplicates[0] });
  if (line) return t("upload.bad.line", { line });
  return t("upload.bad.empty");
}
