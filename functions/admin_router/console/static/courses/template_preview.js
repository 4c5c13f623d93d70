// The first page on paper, drawn anew a moment after typing stops.

import { fill, h } from "./dom.js";
import { problem } from "./failures.js";
import { field } from "./forms.js";
import { t } from "./words.js";

/** Milliseconds after the last key. */
const TYPING = 800;
/** Seconds that the server waits for the worker, and how often it is asked to. */
const WAIT = 10;
const TIMES = 12;
/** In five scripts; fonts and line breaks differ most between them. */
const NAMES = { fr: "Zoë Ångström-Núñez", hi: "प्रिया श्रीवास्तव", ar: "محمد عبد الرحمن", zh: "王小明", ru: "Наталья Кузнецова" };

/** `named()` is the course's name as it is typed now. */
export function previewer(api, template, course, named) {
  const name = field(t("editor.sample"), { name: "sample_name", value: NAMES.fr, maxlength: 255, autocomplete: "off", dir: "auto" });
  const input = name.querySelector("input");
  const told = h("div", { role: "status" });
  const place = h("div", { class: "paper" });
  const ofCourse = course ? { course_id: course.course_id } : {};
  const asked = () => ({ ...template.chosen(), ...ofCourse, course_name: named(), learner_name: input.value.trim() });
  let turn = 0;
  let timer;
  let last = null;

  async function draw() {
    clearTimeout(timer);
    const mine = ++turn;
    const isCurrent = () => mine === turn && place.isConnected;
    const wanted = asked();
    last = JSON.stringify(wanted);
    place.setAttribute("aria-busy", "true");
    fill(told, h("p", { class: "soft" }, t("editor.preview.drawing")));
    const shown = await drawn(api, wanted, template.findings, isCurrent).catch((failure) => failed(failure, template.findings, isCurrent, draw));
    if (!isCurrent()) return;
    place.removeAttribute("aria-busy");
    fill(told, shown.told);
    place.classList.toggle("old", !shown.page);
    if (shown.page) fill(place, shown.page);
  }

  /** Draws what differs from the picture. */
  function soon() {
    clearTimeout(timer);
    timer = setTimeout(() => place.isConnected && JSON.stringify(asked()) !== last && draw(), TYPING);
  }

  const use = (each) => ((input.value = each), input.dispatchEvent(new Event("input", { bubbles: true })));
  const chips = Object.entries(NAMES).map(([lang, each]) => h("button", { type: "button", class: "quiet small", lang, dir: "auto", onclick: () => use(each) }, each));
  const refresh = h("button", { type: "button", class: "quiet", onclick: draw }, t("editor.preview.refresh"));
  const section = h(
    "section",
    { class: "preview" },
    h("div", { class: "split" }, h("h2", {}, t("editor.preview")), refresh),
    place,
    told,
    name,
    h("div", { class: "chips", role: "group", "aria-label": t("editor.samples") }, chips),
    h("p", { class: "soft" }, course ? t("editor.preview.saved") : t("editor.preview.samples")),
  );
  return { section, draw, soon };
}

/** `{page, told}`; no page if the one before had better stay. */
async function drawn(api, wanted, findings, isCurrent) {
  const first = await api.read("PREVIEW_CERTIFICATE", { ...wanted, wait_seconds: 0 });
  if (isCurrent()) findings.show(first);
  let answer = first;
  for (let left = TIMES; left > 0 && isCurrent() && isWaiting(answer); left--) {
    answer = await api.read("PREVIEW_CERTIFICATE", { preview_id: first.preview_id, wait_seconds: WAIT });
  }
  if (answer.status === "ready") return { page: pageOf(answer, wanted.learner_name), told: linkTo(answer) };
  const said = isWaiting(answer) ? h("p", {}, t("editor.preview.late")) : [h("p", {}, t("editor.preview.failed")), h("p", { lang: "en" }, answer.message)];
  return { told: h("div", { class: "notice late" }, said) };
}

const isWaiting = ({ status }) => status === "queued" || status === "building";

function failed(failure, findings, isCurrent, again) {
  if (failure.code !== "INVALID_TEMPLATE") return { told: problem(failure, again) };
  if (isCurrent()) findings.refused(failure.details?.problems ?? []);
  return { told: h("p", { class: "notice bad" }, t("editor.preview.refused")) };
}

function pageOf({ picture_url: src }, name) {
  return src ? h("img", { src, alt: t("editor.preview.page", { name }) }) : h("p", { class: "soft" }, t("editor.preview.no_picture"));
}

const linkTo = ({ download_url: href }) => h("p", {}, h("a", { href, target: "_blank", rel: "noopener" }, t("editor.preview.pdf")));
