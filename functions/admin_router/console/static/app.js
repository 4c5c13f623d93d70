// The admin console.

import { h } from "./dom.js";
import { Stranger, start } from "./shell.js";
import { t, withWords } from "./words.js";

/** In the order of the menu. */
const PAGES = ["courses", "organizations", "learners", "certificates", "webhooks", "activity", "settings"];

async function enter({ api, who }) {
  const courses = await asAdmin(api, who);
  return {
    api,
    who,
    courses,
    menu: [{ to: "/", label: t("overview.title") }, ...PAGES.map((name) => ({ to: `/${name}`, label: t(`page.${name}`) }))],
    routes: {
      "/": () => import("./overview.js"),
      "/courses": () => withWords("courses", import("./courses.js")),
      "/courses/edit": () => withWords("courses", import("./editor.js")),
      "/organizations": () => withWords("people", import("./organizations.js")),
      "/organizations/edit": () => withWords("people", import("./organization.js")),
      "/learners": () => withWords("people", import("./learners.js")),
      "/learners/upload": () => withWords("people", import("./upload.js")),
      "/certificates": () => withWords("issued", import("./certificates.js")),
      "/certificates/one": () => withWords("issued", import("./certificate.js")),
      "/certificates/bulk": () => withWords("issued", import("./bulk.js")),
      "/webhooks": () => withWords("issued", import("./webhooks.js")),
      "/activity": () => withWords("issued", import("./activity.js")),
      "/settings": () => withWords("checks", import("./settings.js")),
    },
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
// What people see first comes while they sign in.
import("./overview.js").catch(() => null);
