// The admin console.

import { comingView } from "./coming.js";
import { h } from "./dom.js";
import { overview } from "./overview.js";
import { Stranger, start } from "./shell.js";
import { t } from "./words.js";

/** Pages whose time has not come, with the actions that do their work meanwhile. */
const COMING = {
  courses: ["LIST_COURSES", "CREATE_COURSE", "EDIT_COURSE"],
  organizations: ["LIST_ORGANIZATIONS", "ADD_ORGANIZATION", "EDIT_ORGANIZATION"],
  learners: ["VIEW_LEARNERS", "UPLOAD_LEARNERS_CSV"],
  certificates: ["LIST_CERTIFICATES", "RESEND_CERTIFICATE", "REVOKE_CERTIFICATE"],
  webhooks: ["LIST_WEBHOOKS", "RETRY_WEBHOOK"],
  activity: ["LIST_ACTIVITY_LOGS"],
};

async function enter({ api, who }) {
  const courses = await asAdmin(api, who);
  const coming = Object.entries(COMING).map(([name, actions]) => [`/${name}`, () => comingView(name, actions)]);
  return {
    menu: [{ to: "/", label: t("overview.title") }, ...Object.keys(COMING).map((name) => ({ to: `/${name}`, label: t(`page.${name}`) }))],
    routes: { "/": () => overview(api, courses), ...Object.fromEntries(coming) },
  };
}

/** How many courses there are, which only an admin learns. */
async function asAdmin(api, who) {
  try {
    return (await api.read("LIST_COURSES", { limit: 1 })).pagination.total;
  } catch (failure) {
    if (failure.code !== "FORBIDDEN") throw failure;
    const { other } = document.documentElement.dataset;
    throw new Stranger(
      t("stranger.title"),
      h("p", {}, t("stranger.who", { email: who.email })),
      h("p", {}, t("stranger.contact")),
      other && h("p", {}, h("a", { class: "button", href: other }, t("stranger.portal"))),
      h("p", { class: "soft" }, t("stranger.admin")),
    );
  }
}

start({ name: "console.name", enter });
