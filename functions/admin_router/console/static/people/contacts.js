// Who may see an organisation's learners in the portal, and with which password.

import { ask } from "./dialogs.js";
import { h } from "./dom.js";
import { field, form } from "./forms.js";
import { named } from "./people_told.js";
import { t } from "./words.js";

const password = (name) => ({ name, type: "password", required: true, minlength: 8, maxlength: 256, autocomplete: "new-password" });

/** `show(website, ...said)` shows the organisation as it is then. */
export function contactsOf(api, organization, show) {
  const { contacts, sop_email: main } = organization;
  return [
    h("ul", { class: "list" }, contacts.map((email) => contact(api, organization, email, email === main, show))),
    h("h3", { class: "apart" }, t("contacts.add")),
    addition(api, organization, show),
  ];
}

function contact(api, organization, email, isMain, show) {
  return h(
    "li",
    { class: "split" },
    h("span", {}, email, isMain && [" ", h("span", { class: "badge newer" }, t("contacts.main"))]),
    h("span", { class: "beside" }, resetting(api, organization, email, show), !isMain && removing(api, organization, email, show)),
  );
}

function resetting(api, { website }, email, show) {
  const act = ({ new_password }) =>
    named(() => api.write("RESET_SOP_PASSWORD", { organization_website: website, sop_email: email, new_password }));
  const reset = async () => {
    const title = t("contacts.reset.title", { email });
    const input = field(t("people.field.new_password"), password("new_password"), t("contacts.password.hint"));
    const yes = await ask({ title, submit: t("contacts.reset.submit"), act }, h("p", {}, t("contacts.reset.what")), input);
    if (yes) await show(website, t("contacts.reset.done", { email }));
  };
  return h("button", { type: "button", class: "quiet", "aria-label": t("contacts.reset.of", { email }), onclick: reset }, t("contacts.reset"));
}

function removing(api, { website, name }, email, show) {
  const act = () => named(() => api.write("REMOVE_SOP_USER", { organization_website: website, email }));
  const remove = async () => {
    const title = t("contacts.remove.title", { email, name });
    if (await ask({ title, submit: t("contacts.remove.submit"), act, danger: true }, h("p", {}, t("contacts.remove.what")))) {
      await show(website, t("contacts.remove.done", { email }));
    }
  };
  return h("button", { type: "button", class: "quiet", "aria-label": t("contacts.remove.of", { email }), onclick: remove }, t("contacts.remove"));
}

function addition(api, { website }, show) {
  const add = async ({ email, password: given }) => {
    const payload = { email, password: given, organization_website: website };
    const { email: added, message } = await named(() => api.write("CREATE_SOP_USER", payload));
    const kept = message.startsWith("There was an account");
    await show(website, t(kept ? "contacts.added.kept" : "contacts.added", { email: added }));
  };
  return form(
    t("contacts.add.submit"),
    add,
    h("p", {}, t("contacts.add.what")),
    field(t("people.field.email"), { name: "email", type: "email", required: true, autocomplete: "off" }),
    field(t("people.field.password"), password("password"), t("contacts.password.hint")),
  );
}
