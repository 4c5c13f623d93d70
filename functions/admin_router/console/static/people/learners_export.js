// Learners as a CSV file, however many there are.

import { fill, h } from "./dom.js";
import { offer } from "./files.js";
import { t } from "./words.js";

const ROWS = 1000;

/** Offers the file; answers what to say then. */
export async function exported(api, scope, outcome) {
  const parts = [];
  let [count, filename] = [0, ""];
  for (let cursor; ; ) {
    const page = await api.read("DOWNLOAD_LEARNERS_CSV", { ...scope, limit: ROWS, cursor });
    parts.push(parts.length ? withoutHeader(page.csv_data) : page.csv_data.replace(/^\ufeff/, ""));
    count += page.rows;
    filename ||= page.filename;
    cursor = page.next_cursor;
    if (!page.has_more) break;
    fill(outcome, h("p", {}, t("learners.export.going", { count })));
  }
  if (!count) return t("learners.export.nothing");
  offer(filename, parts.join(""));
  return t("learners.export.done", { count, filename });
}

const withoutHeader = (text) => text.slice(text.indexOf("\n") + 1);
