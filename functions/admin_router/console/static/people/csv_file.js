// The bytes of a file become text, by the rules of functions/admin_router/sheets/encoding.py.

import { Failure } from "./http.js";
import { number, t } from "./words.js";

/** Bytes; what the backend takes. */
const MOST = 2_000_000;
const MARKS = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];
/** What people take for a CSV, by how it begins. */
const OTHERS = [
  ["upload.file.workbook", [0x50, 0x4b, 0x03, 0x04]],
  ["upload.file.workbook", [0xd0, 0xcf, 0x11, 0xe0]],
  ["upload.file.no_text", [0x25, 0x50, 0x44, 0x46]],
];

/** `{name, text, encoding}`; raises a Failure in words if that is no text, or too much of it. */
export async function readCsv(file) {
  const told = (key) => new Failure("FILE", { status: 422, message: t(key, { name: file.name, size: number(file.size), most: number(MOST) }) });
  if (!file.size) throw told("upload.file.empty");
  // UTF-16 shrinks on the way; what remains too large the backend refuses.
  if (file.size > 2 * MOST) throw told("upload.file.large");
  const bytes = await file.arrayBuffer().then((buffer) => new Uint8Array(buffer), () => null);
  if (!bytes) throw told("upload.file.unreadable");
  const other = OTHERS.find(([, mark]) => startsWith(bytes, mark));
  if (other) throw told(other[0]);
  const encoding = encodingOf(bytes);
  const text = decoded(bytes, encoding);
  if (text === null) throw told("upload.file.encoding");
  if (text.includes("\0")) throw told("upload.file.no_text");
  if (new Blob([text]).size > MOST) throw told("upload.file.large");
  return { name: file.name, text, encoding };
}

const startsWith = (bytes, mark) => mark.every((each, at) => bytes[at] === each);

function encodingOf(bytes) {
  const marked = MARKS.find(([, mark]) => startsWith(bytes, mark));
  if (marked) return marked[0];
  if (bytes.length > 1 && (bytes[0] === 0) !== (bytes[1] === 0)) return bytes[1] === 0 ? "utf-16le" : "utf-16be";
  return decoded(bytes, "utf-8") === null ? "windows-1252" : "utf-8";
}

function decoded(bytes, encoding) {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
