// What is done to one learner.

import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field } from "./forms.js";
import { named } from "./people_told.js";
import { t } from "./words.js";

/** `tellDone(text)` says what was done. */
export async function change(api, { learner_info: { name, email }, organization_info: { website } }, tellDone) {
  const act = (values) => {
    const wanted = { name: values.name, email: values.email, new_website: values.new_website };
    return named(() => api.write("UPDATE_LEARNER", { learner_email: email, organization_website: website, ...wanted }));
  };
  const yes = await ask(
    { title: t("learners.edit.title", { name }), submit: t("learners.edit.submit"), act },
    field(t("people.field.name"), { name: "name", required: true, maxlength: 255, value: name, autocomplete: "off" }),
    field(t("people.field.email"), { name: "email", type: "email", required: true, value: email, autocomplete: "off" }, t("learners.edit.email")),
    field(t("people.field.website"), { name: "new_website", required: true, value: website, list: "websites", autocomplete: "off" }),
    h("p", { class: "soft" }, t("learners.edit.what")),
  );
  if (yes) tellDone(t("learners.edit.done", { name }));
}

export async function erase(api, { learner_info: { name, email }, organization_info: { website }, courses }, tellDone) {
  let kept = [];
  const act = async () => {
    const payload = { learner_email: email, organization_website: website };
    kept = (await named(() => api.write("DELETE_LEARNER", payload))).certificates_kept;
  };
  const count = courses.filter((each) => each.certificate_number).length;
  const yes = await ask(
    { title: t("learners.delete.title", { name, email }), submit: t("learners.delete.submit"), act, danger: true },
    h("p", {}, t("learners.delete.what")),
    count > 0 && h("p", {}, t("learners.delete.kept", { count })),
    h("p", {}, t("learners.delete.graphy")),
  );
  if (yes) tellDone(t("learners.delete.done", { name, count: kept.length }));
}
