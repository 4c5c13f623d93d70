// Bars by day, and the same numbers as a table for whoever can't see them.

import { h } from "./dom.js";
import { day, number, t } from "./words.js";

const NAMESPACE = "http://www.w3.org/2000/svg";
/** Units of the drawing, which is stretched to the room there is; its letters stand outside. */
const DAY = 10, HIGH = 100, BAR = 4;

/** `days` are `{day, …numbers}`, the latest last; `drawn` and `told` name the numbers, each with its label. */
export function chart(title, days, drawn, told) {
  const top = ceiling(Math.max(...days.flatMap((each) => Object.keys(drawn).map((name) => each[name]))));
  return h(
    "figure",
    { class: "chart" },
    h("figcaption", {}, Object.entries(told).map(([name, label]) => legend(name, label, days, name in drawn))),
    h("div", { class: "plot" }, scale(top), drawing(title, days, drawn, top), dates(days)),
    h("details", {}, h("summary", {}, t("chart.table")), table(title, days, told)),
  );
}

/** The next of 2, 4, 10, 20, 40, 100, …, so that half of it is a whole number too. */
export function ceiling(most) {
  for (let power = 1; ; power *= 10) {
    const found = [2, 4, 10].find((each) => each * power >= most);
    if (found) return found * power;
  }
}

function legend(name, label, days, isDrawn) {
  const sum = days.reduce((all, each) => all + each[name], 0);
  return h("span", {}, isDrawn && h("i", { class: `swatch ${name}` }), h("strong", {}, number(sum)), " ", label);
}

const scale = (top) => h("div", { class: "scale", "aria-hidden": "true" }, [top, top / 2, 0].map((each) => h("span", {}, number(each))));

function dates(days) {
  const shown = [days[0], days[Math.floor((days.length - 1) / 2)], days.at(-1)];
  return h("div", { class: "dates", "aria-hidden": "true" }, shown.map((each) => h("span", {}, date(each))));
}

function drawing(title, days, drawn, top) {
  const wide = days.length * DAY;
  const lines = [0, 0.5, 1].map((share) => svg("line", { x1: 0, x2: wide, y1: share * HIGH, y2: share * HIGH }));
  const picture = { viewBox: `0 0 ${wide} ${HIGH}`, preserveAspectRatio: "none", role: "img", "aria-label": title };
  return svg("svg", picture, ...lines, ...days.map((each, index) => bars(each, index * DAY, drawn, top)));
}

/** Whoever points at a day is told its numbers. */
function bars(each, x, drawn, top) {
  const numbers = Object.entries(drawn).map(([name, label]) => `${number(each[name])} ${label}`);
  const hint = svg("title", {});
  hint.textContent = `${date(each)}: ${numbers.join(", ")}`;
  const bar = (name, index) => {
    const height = (each[name] / top) * HIGH;
    return svg("rect", { class: name, x: x + 1 + index * BAR, y: HIGH - height, width: BAR, height });
  };
  return svg("g", {}, hint, svg("rect", { class: "room", x, y: 0, width: DAY, height: HIGH }), ...Object.keys(drawn).map(bar));
}

function table(title, days, told) {
  const head = h("tr", {}, h("th", { scope: "col" }, t("chart.day")), Object.values(told).map((label) => h("th", { scope: "col" }, label)));
  const row = (each) => h("tr", {}, h("th", { scope: "row" }, date(each)), Object.keys(told).map((name) => h("td", {}, number(each[name]))));
  return h("table", {}, h("caption", {}, title), h("thead", {}, head), h("tbody", {}, days.toReversed().map(row)));
}

/** Days are those of UTC; at its noon it is the same day nearly everywhere. */
const date = (each) => day(`${each.day}T12:00:00Z`);

function svg(name, attributes, ...children) {
  const element = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}
