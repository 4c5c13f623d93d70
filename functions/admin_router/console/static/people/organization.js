// One organisation: new, or to be changed.

import { note, to } from "./addresses.js";
import { archiving } from "./archiving.js";
import { contactsOf } from "./contacts.js";
import { fill, h, loading } from "./dom.js";
import { problem } from "./failures.js";
import { drafted, field, form } from "./forms.js";
import { logoFields, logoOf } from "./logo_file.js";
import { done, named } from "./people_told.js";
import { t } from "./words.js";

const PATH = "/organizations/edit";
/** What the page before has to say on this one. */
let told = null;

export function view({ api }, query) {
  const website = query.get("website");
  const heading = h("h1", {}, website ?? t("organizations.new"));
  const back = h("p", {}, h("a", { href: to("/organizations") }, t("organization.all")));
  return [back, heading, website ? existing(api, website, heading) : creation(api, query.get("new") ?? "")];
}

function creation(api, suggested) {
  const create = async (values) => {
    const payload = { ...details(values), ...(await logoOf(values)) };
    const { organization, ...invitation } = await named(() => api.write("ADD_ORGANIZATION", payload));
    told = [t("organization.created", organization), invitationTold(organization.sop_email, invitation)];
    location.hash = to(PATH, { website: organization.website });
  };
  return h(
    "div",
    { class: "card" },
    drafted(
      `organization ${suggested}`,
      t("organization.create"),
      create,
      mainFields({ website: suggested }),
      logoFields(null),
      h("h2", {}, t("organization.main")),
      h("p", {}, t("organization.main.what")),
      loginFields(),
    ),
  );
}

const details = ({ name, website, sop_email, sop_password }) => ({ name, website, sop_email, sop_password });

const mainFields = ({ name, website }) => [
  field(t("people.field.name"), { name: "name", required: true, maxlength: 255, value: name, autocomplete: "off" }),
  field(t("people.field.website"), { name: "website", required: true, value: website, autocomplete: "off", inputmode: "url" }, t("organization.website.hint")),
];

const loginFields = () => [
  field(t("people.field.sop_email"), { name: "sop_email", type: "email", required: true, autocomplete: "off" }),
  field(t("people.field.sop_password"), { name: "sop_password", type: "password", minlength: 8, maxlength: 256, autocomplete: "new-password" }, t("organization.password.hint")),
];

/** Whether a mail told the contact how to get in; if not, how they do. */
function invitationTold(email, { invited, reason }) {
  if (invited) return t("organization.invited", { email });
  return reason === "This contact has a password." ? t("organization.has_password", { email }) : t("organization.not_invited", { email, reason: reason ?? "" });
}

function existing(api, asked, heading) {
  const place = h("div");
  const show = async (website, ...said) => {
    if (!place.firstChild) fill(place, loading(t("loading"), t("loading.slow")));
    try {
      const { organization } = await api.read("GET_ORGANIZATION", { website });
      const notice = said.length > 0 && done(said);
      fill(heading, organization.name);
      fill(place, notice, sections(api, organization, show));
      if (notice) notice.focus();
    } catch (failure) {
      fill(place, said.length > 0 && done(said), problem(failure, () => show(website)));
    }
  };
  show(asked, ...(told ?? []));
  told = null;
  return place;
}

function sections(api, organization, show) {
  return [
    organization.archived_at && h("p", { class: "notice late" }, t("organization.is_archived")),
    h("p", {}, h("a", { href: to("/learners", { organization_website: organization.website }) }, t("organization.learners"))),
    h("section", {}, h("h2", {}, t("organization.details")), changes(api, organization, show)),
    h("section", {}, h("h2", {}, t("organization.contacts")), contactsOf(api, organization, show)),
    h("section", {}, h("h2", {}, t("organization.main.other")), h("p", {}, t("organization.main.what")), handOver(api, organization, show)),
    h("section", {}, h("h2", {}, t("organization.end")), archiving(api, organization, show)),
  ];
}

function changes(api, { organization_id, name, website, logo }, show) {
  const save = async (values) => {
    const payload = { organization_id, name: values.name, website: values.website, ...(await logoOf(values)) };
    const { organization } = await named(() => api.write("EDIT_ORGANIZATION", payload));
    note(PATH, { website: organization.website }, { replace: true });
    await show(organization.website, t("organization.saved"));
  };
  return form(t("organization.save"), save, mainFields({ name, website }), logoFields(logo));
}

function handOver(api, { organization_id, sop_email: former }, show) {
  const change = async ({ sop_email, sop_password, keep }) => {
    const payload = { organization_id, sop_email, sop_password, keep_former_contact: keep === "on" };
    const { organization, ...invitation } = await named(() => api.write("EDIT_ORGANIZATION", payload));
    await show(organization.website, t("organization.handed_over", { email: organization.sop_email }), invitationTold(organization.sop_email, invitation));
  };
  const id = "keep-former";
  const keep = h("p", { class: "tick" }, h("input", { type: "checkbox", name: "keep", id }), h("label", { for: id }, t("organization.keep_former", { email: former })));
  return form(t("organization.hand_over"), change, loginFields(), keep);
}
