// Which certificates, what becomes of them, and why.

import { h } from "./dom.js";
import { area, drafted, field, select, tick } from "./forms.js";
import { offerCourses } from "./issued_choices.js";
import { ofTab } from "./storage.js";
import { t } from "./words.js";

/** What was typed is to be kept again, and was not changed. */
export const KEPT = "kept";

const SOURCES = ["numbers", "course", "csv"];

/** `act({deed, payload})` looks what would become of them. */
export function bulkForm(api, act) {
  const deed = select(t("bulk.deed"), { name: "deed" }, [["revoke", t("bulk.revoke")], ["replace", t("bulk.replace")]]);
  const course = select(t("certificates.course"), { name: "course_id" }, chosenBefore());
  const parts = {
    numbers: area(t("bulk.numbers"), { name: "numbers", autocomplete: "off", spellcheck: "false" }, t("bulk.numbers.hint")),
    course,
    csv: field(t("bulk.csv"), { name: "csv", type: "file", accept: ".csv,text/csv" }, t("bulk.csv.hint")),
  };
  const template = tick(t("certificate.replace.template"), { name: "use_current_template" });
  const form = drafted(
    "bulk",
    t("bulk.check"),
    async (values) => {
      await act(await planOf(values));
      // What was only looked at is wanted still.
      setTimeout(() => form.dispatchEvent(new CustomEvent("input", { detail: KEPT })));
    },
    deed,
    h("fieldset", { class: "choice" }, h("legend", {}, t("bulk.which")), SOURCES.map(source), SOURCES.map((each) => parts[each])),
    template,
    area(t("certificate.reason"), { name: "reason", required: true, maxlength: 500 }, t("bulk.reason.hint")),
    tick(t("bulk.notify"), { name: "notify" }),
  );
  const adapt = () => {
    const values = new FormData(form);
    for (const each of SOURCES) {
      parts[each].hidden = values.get("source") !== each;
      parts[each].querySelector("input, textarea, select").required = !parts[each].hidden;
    }
    template.hidden = values.get("deed") !== "replace";
  };
  form.addEventListener("change", adapt);
  adapt();
  offerCourses(api, course.querySelector("select"));
  return form;
}

function source(name, at) {
  const id = `bulk-${name}`;
  return h("p", { class: "tick" }, h("input", { id, type: "radio", name: "source", value: name, checked: at === 0 }), h("label", { for: id }, t(`bulk.source.${name}`)));
}

/** So that a reload finds the course again, though the others are not known yet. */
function chosenBefore() {
  const id = ofTab.get("draft bulk")?.course_id;
  return [["", t("bulk.course.none")], ...(id ? [[id, id]] : [])];
}

async function planOf({ deed, source: by, numbers, course_id, csv, use_current_template: template, reason, notify }) {
  const chosen = {
    numbers: () => ({ certificate_numbers: numbers.split(/[\s,;]+/).filter(Boolean) }),
    course: () => ({ course_id }),
    csv: async () => ({ csv_data: await textOf(csv) }),
  };
  const extra = deed === "replace" ? { use_current_template: template === "on" } : {};
  return { deed, payload: { ...(await chosen[by]()), reason, notify: notify === "on", ...extra } };
}

/** Spreadsheets write several encodings, and say which at most by a mark. */
async function textOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const marked = { "255,254": "utf-16le", "254,255": "utf-16be" }[bytes.slice(0, 2).join()];
  if (marked) return new TextDecoder(marked).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}
