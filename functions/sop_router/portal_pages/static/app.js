// The portal of organisations' contacts.

import { h } from "./dom.js";
import { Asks, Stranger, start } from "./shell.js";
import { ofTab } from "./storage.js";
import { t } from "./words.js";

/** `{website, several}` of who speaks for several organisations, once they chose. */
const CHOSEN = "organization";

async function enter({ api, who, enter: again }) {
  const chosen = ofTab.get(CHOSEN);
  const { organization } = await ownOrganization(api, who, again, chosen);
  const mine = (payload = {}) => ({ ...payload, organization_website: organization.website });
  const ofMine = { read: (action, payload) => api.read(action, mine(payload)), write: (action, payload) => api.write(action, mine(payload)) };
  const another = () => (ofTab.set(CHOSEN, null), again());
  return {
    logo: organization.logo,
    name: organization.name,
    tools: chosen?.several && h("button", { type: "button", class: "quiet", onclick: another }, t("choose.another")),
    api: ofMine,
    organization,
    menu: [
      { to: "/", label: t("learners.title") },
      { to: "/downloads", label: t("page.downloads") },
      { to: "/activity", label: t("page.activity") },
    ],
    routes: {
      "/": () => import("./home.js"),
      "/downloads": () => import("./downloads.js"),
      "/activity": () => import("./activity.js"),
    },
  };
}

async function ownOrganization(api, who, again, chosen) {
  try {
    return await api.read("GET_ORGANIZATION", { organization_website: chosen?.website ?? null });
  } catch (failure) {
    if (failure.code === "INVALID_PAYLOAD" && failure.details?.organizations) throw choice(failure.details.organizations, again);
    if (failure.code !== "NOT_FOUND") throw failure;
    if (!chosen) throw stranger(who);
    // Chosen by somebody else in this tab, or theirs no longer.
    ofTab.set(CHOSEN, null);
    return ownOrganization(api, who, again, null);
  }
}

function choice(organizations, again) {
  const button = ({ website, name }) => {
    const choose = () => (ofTab.set(CHOSEN, { website, several: true }), again());
    return h("li", {}, h("button", { type: "button", class: "quiet", onclick: choose }, name), " ", h("span", { class: "soft" }, website));
  };
  return new Asks(t("choose.title"), h("ul", { class: "list" }, organizations.map(button)));
}

const stranger = (who) =>
  new Stranger(
    t("stranger.title"),
    h("p", {}, t("stranger.who", { email: who.email })),
    h("p", {}, t("stranger.contact")),
    h("p", { class: "soft" }, t("stranger.admin")),
  );

start({ name: "portal.name", enter, leave: () => ofTab.set(CHOSEN, null) });
// What people see first comes while they sign in.
import("./home.js").catch(() => null);
