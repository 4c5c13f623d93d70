// Everything people read, in their language; dates and numbers as they write them.

import { ofBrowser } from "./storage.js";

/** Each with its own name, and a file of words. */
export const LANGUAGES = { en: "English", hi: "हिन्दी" };

let words = {};
/** Of pages that have words of their own, by `{page}-{language}`. */
const more = new Map();
let language = "en";
let locale = "en";

export const current = () => language;

/** What the reader chose, else the first that their browser asks for, else English. */
export async function loadWords() {
  const wanted = [ofBrowser.get("language"), ...navigator.languages.map((each) => each.split("-")[0].toLowerCase())];
  await use(wanted.find((each) => Object.hasOwn(LANGUAGES, each)) ?? "en");
}

export async function choose(chosen) {
  await use(chosen);
  ofBrowser.set("language", chosen);
}

/** What `page` resolves to, once the words of the folder `name` are there too. */
export async function withWords(name, page) {
  const key = `${name}-${language}`;
  if (!more.has(key)) more.set(key, await fetched(key));
  Object.assign(words, more.get(key));
  return page;
}

async function fetched(name) {
  const answer = await fetch(new URL(`${name}.json`, import.meta.url));
  if (!answer.ok) throw new Error(`${name}.json: ${answer.status}`);
  return answer.json();
}

async function use(chosen) {
  words = await fetched(chosen);
  language = chosen;
  // A reader in Pune who reads English writes dates as in India.
  locale = navigator.languages.find((each) => each.split("-")[0].toLowerCase() === chosen) ?? chosen;
  document.documentElement.lang = chosen;
}

/** The words for `key`; `{name}` in them is put in, and `count` chooses among the forms of the language. */
export function t(key, values = {}) {
  const found = words[key] ?? key;
  const text = typeof found === "string" ? found : found[new Intl.PluralRules(language).select(values.count)] ?? found.other;
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name] ?? whole;
    return typeof value === "number" ? number(value) : value;
  });
}

export const has = (key) => Object.hasOwn(words, key);

export const number = (value, options) => new Intl.NumberFormat(locale, options).format(value);

export const percent = (share) => number(share, { style: "percent", maximumFractionDigits: 1 });

export const day = (moment) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(moment));

export const minute = (moment) =>
  new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(new Date(moment));

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

/** `3 hours`: the largest unit of which there are two at least, or else the next. */
export function duration(seconds) {
  const [unit, size] = UNITS.find(([, each]) => seconds >= 2 * each) ?? UNITS.at(-1);
  const shown = { style: "unit", unit, unitDisplay: "long", maximumFractionDigits: seconds < 2 ? 1 : 0 };
  return number(seconds / size, shown);
}
