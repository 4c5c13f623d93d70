// The template of a course: as it is, one of the designs, or HTML of one's own.

import { designFields } from "./design_fields.js";
import { h } from "./dom.js";
import { ownHtml } from "./template_html.js";
import { findingsAt } from "./template_findings.js";
import { t } from "./words.js";

/** `chosen()` is the payload's part; `sync()` lets what is shown follow what is chosen. */
export function templateFields(course, designs) {
  const design = designFields(designs);
  const own = ownHtml(course?.certificate_template_html);
  const panes = { design: pane(design.nodes), own: pane(own.nodes) };
  const choices = course ? ["keep", "design", "own"] : ["design", "own"];
  const radios = choices.map((each, at) => h("input", { type: "radio", name: "source", value: each, id: `source-${each}`, checked: at === 0 }));
  const source = () => radios.find((each) => each.checked).value;
  const findings = findingsAt((line) => source() === "own" && own.goTo(line), () => source() === "own");
  const sync = () => {
    for (const [name, each] of Object.entries(panes)) each.disabled = each.hidden = name !== source();
    design.sync();
  };
  const parts = { keep: () => ({}), design: design.chosen, own: own.chosen };
  const label = (each) => h("label", { for: each.id }, t(`editor.source.${each.value}`, { version: course?.template_version ?? 1 }));
  const section = h(
    "section",
    {},
    h("h2", {}, t("editor.template")),
    h("fieldset", {}, h("legend", {}, t("editor.source")), radios.map((each) => h("p", { class: "tick" }, each, label(each)))),
    panes.design,
    panes.own,
    findings.place,
  );
  return { section, findings, sync, chosen: () => parts[source()]() };
}

/** What is disabled keeps nobody from saving, whatever it holds. */
const pane = (nodes) => h("fieldset", { disabled: true, hidden: true }, nodes);
