// Organisations go into the archive, come back, or are deleted for good.

import { to } from "./addresses.js";
import { actor, ask } from "./dialogs.js";
import { h } from "./dom.js";
import { named } from "./people_told.js";
import { t } from "./words.js";

/** The server counts no further. */
const COUNTED = 5000;

export function archiving(api, organization, show) {
  const outcome = h("div");
  const { organization_id: id, name, website, archived_at: archived } = organization;

  const archive = async () => {
    const { count, title } = await counted(api, organization, "organization.archive.title");
    const act = () => named(() => api.write("DELETE_ORGANIZATION", { organization_id: id, archive: true }));
    const yes = await ask({ title, submit: t("organization.archive"), act }, h("p", {}, t("organization.archive.what", { count })));
    if (yes) await show(website, t("organization.archive.done", { name }));
  };
  const reopen = async () => {
    await named(() => api.write("EDIT_ORGANIZATION", { organization_id: id, archived: false }));
    await show(website, t("organization.reopen.done", { name }));
  };
  const remove = async () => {
    const { title } = await counted(api, organization, "organization.delete.title");
    const act = () => named(() => api.write("DELETE_ORGANIZATION", { organization_id: id }));
    if (await ask({ title, submit: t("organization.delete"), act, danger: true }, h("p", {}, t("organization.delete.what")))) location.hash = to("/organizations");
  };

  return [
    h("p", {}, t(archived ? "organization.reopen.what" : "organization.end.what")),
    h(
      "p",
      { class: "beside" },
      archived ? actor(t("organization.reopen"), reopen, outcome) : actor(t("organization.archive.begin"), archive, outcome),
      actor(t("organization.delete.begin"), remove, outcome, { class: "danger" }),
    ),
    outcome,
  ];
}

/** The question's title, which says how many learners it is about. */
async function counted(api, { name, website }, key) {
  const { summary } = await api.read("LIST_LEARNERS", { organization_website: website, limit: 1 });
  const count = summary.total_learners;
  const learners = t(count < COUNTED ? "organization.learners.count" : "organization.learners.more", { count });
  return { count, title: t(key, { name, learners }) };
}
