// Files that a page makes, or that an action gives a link to.

import { h } from "./dom.js";

/** Hands `text` to the reader as a file of that name. */
export function offer(filename, text, type = "text/csv") {
  // Spreadsheets take a file without the mark for one in the system's own encoding.
  const address = URL.createObjectURL(new Blob([type === "text/csv" ? "\ufeff" : "", text], { type: `${type};charset=utf-8` }));
  h("a", { href: address, download: filename }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Begins the download of `download_url`. */
export function download({ download_url: href, filename = "" }) {
  h("a", { href, download: filename }).click();
}

/** `rows` of `columns` as CSV; what a spreadsheet would take for a formula is kept text. */
export function csv(columns, rows) {
  const cell = (value) => {
    const text = String(value ?? "");
    const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
  };
  return [columns, ...rows.map((row) => columns.map((name) => row[name]))].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}
