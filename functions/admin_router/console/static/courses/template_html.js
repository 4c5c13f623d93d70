// A template as HTML: written, with what differs from certificate to certificate put in by a click.

import { h } from "./dom.js";
import { area } from "./forms.js";
import { STARTER } from "./template_starter.js";
import { t } from "./words.js";

const VARIABLES = [
  "learner_name", "course_name", "completion_date", "organization", "learner_email", "certificate_number",
  "issued_at", "expires_at", "score", "max_score", "credits", "grade",
];
const SNIPPETS = { qr_code: '<img src="{{ qr_code }}" alt="" style="width: 25mm">', verify_url: '<a href="{{ verify_url }}">{{ certificate_number }}</a>' };

export function ownHtml(html = STARTER) {
  const field = area(t("editor.html"), { name: "html", class: "code", value: html, required: true, wrap: "off", spellcheck: "false", autocapitalize: "off", autocomplete: "off", dir: "ltr" }, t("editor.html.hint"));
  const text = field.querySelector("textarea");
  const snippets = [...VARIABLES.map((name) => [name, `{{ ${name} }}`]), ...Object.entries(SNIPPETS)];
  const button = ([name, snippet]) => h("button", { type: "button", class: "quiet small", title: snippet, onclick: () => insert(text, snippet) }, t(`editor.variable.${name}`));
  return {
    nodes: [h("p", { id: "variables" }, t("editor.variables")), h("div", { class: "chips", role: "group", "aria-labelledby": "variables" }, snippets.map(button)), field],
    goTo: (line) => goTo(text, line),
    chosen: () => ({ certificate_template_html: text.value }),
  };
}

/** At the caret, in the place of what is selected. */
function insert(text, snippet) {
  text.focus();
  // As if typed: only so can it be undone.
  if (document.execCommand("insertText", false, snippet)) return;
  text.setRangeText(snippet, text.selectionStart, text.selectionEnd, "end");
  text.dispatchEvent(new Event("input", { bubbles: true }));
}

/** Selects a line, which counts from 1, and brings it into sight. */
function goTo(text, line) {
  const lines = text.value.split("\n");
  const at = Math.min(line, lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, each) => sum + each.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + lines[at].length);
  text.scrollTop = (at - 3) * parseFloat(getComputedStyle(text).lineHeight);
}
