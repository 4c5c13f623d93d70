// What a course is besides its template.

import { h } from "./dom.js";
import { field, select } from "./forms.js";
import { current, t } from "./words.js";

const ID = "[A-Za-z0-9][A-Za-z0-9._\\-]*";
/** Those whose letters the certificates' fonts have. */
const LOCALES = "ar bn de en-GB en-IN en-US es fr gu he hi it ja kn ml mr nl pa pl pt-BR ru ta te th tr uk ur vi zh-CN".split(" ");

export function settingsFields(course) {
  const { course_id: id, name, graphy_product_id: product, course_url: url, validity_days: days, passing_score: score, locale } = course ?? {};
  const idField = () => field(t("editor.id"), { name: "course_id", maxlength: 128, pattern: ID, autocomplete: "off", title: t("editor.id.letters") }, t("editor.id.hint"));
  return [
    field(t("editor.name"), { name: "name", required: true, maxlength: 255, value: name, autocomplete: "off", dir: "auto" }, t("editor.name.hint")),
    h(
      "div",
      { class: "pairs" },
      !course && idField(),
      field(t("editor.product"), { name: "graphy_product_id", required: Boolean(course), maxlength: 128, value: product, autocomplete: "off" }, t("editor.product.hint")),
      field(t("editor.url"), { name: "course_url", type: "url", maxlength: 1024, value: url, placeholder: "https://" }, t("editor.optional")),
      field(t("editor.days"), { name: "validity_days", type: "number", min: 1, max: 36500, step: 1, value: days, inputmode: "numeric" }, t("editor.days.hint")),
      field(t("editor.score"), { name: "passing_score", type: "number", min: 0, max: 100, step: "any", value: score, inputmode: "decimal" }, t("editor.score.hint")),
      select(t("editor.locale"), { name: "locale", value: locale ?? "" }, localeChoices(locale), t("editor.locale.hint")),
    ),
  ];
}

/** The payload's part; what was emptied is null, which removes it. */
export function settingsOf(values, course) {
  const text = (name) => values[name]?.trim() || null;
  const number = (name) => (text(name) === null ? null : Number(text(name)));
  const id = course?.course_id ?? text("course_id");
  const product = text("graphy_product_id");
  return {
    ...(id ? { course_id: id } : {}),
    ...(product ? { graphy_product_id: product } : {}),
    name: text("name") ?? "",
    course_url: text("course_url"),
    validity_days: number("validity_days"),
    passing_score: number("passing_score"),
    locale: text("locale"),
  };
}

/** Each with its name, and today as it writes it. */
function localeChoices(chosen) {
  const names = new Intl.DisplayNames([current()], { type: "language" });
  const dated = (locale) => `${names.of(locale)} – ${new Intl.DateTimeFormat(locale, { dateStyle: "long" }).format()}`;
  const every = chosen && !LOCALES.includes(chosen) ? [...LOCALES, chosen] : LOCALES;
  return [["", t("editor.locale.default")], ...every.map((each) => [each, dated(each)])];
}
