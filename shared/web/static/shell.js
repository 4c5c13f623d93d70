// What both applications have: words, signing in and out, a frame, and a place for each address.

import { here } from "./addresses.js";
import { Api } from "./api.js";
import { fill, h, loading } from "./dom.js";
import { problem } from "./failures.js";
import { SessionEnded } from "./http.js";
import { Session } from "./session.js";
import { forgottenView, newPasswordView, signInAgain, signInView } from "./sign_in.js";
import { LANGUAGES, choose, current, loadWords, t } from "./words.js";

/** Somebody who is signed in, and wrong here; `body` says where they may belong. */
export class Stranger extends Error {
  constructor(title, ...body) {
    super(title);
    this.body = body;
  }
}

/** Somebody who must say something first; `body` asks it. */
export class Asks extends Stranger {}

class Shell {
  #application;
  #session;
  #api;
  #entered = null;
  #reset;
  #notice = null;
  #asking = null;
  #turn = 0;

  constructor(application, { endpoint, project }) {
    this.#application = application;
    this.#session = new Session(endpoint, project);
    this.#api = new Api(this.#session, location.origin + location.pathname, (refusal) => this.#signInAgain(refusal));
    this.#reset = resetLink();
  }

  /** Shows what belongs to the address, for whoever is signed in. */
  async show({ moved = false } = {}) {
    const turn = ++this.#turn;
    const main = this.#session.who && !this.#reset ? await this.#inside(() => turn === this.#turn) : this.#outside();
    if (turn !== this.#turn) return;
    this.#frame(main);
    if (moved) focusOn(main);
  }

  async enter() {
    this.#entered = null;
    await this.show({ moved: true });
  }

  #outside() {
    const notice = this.#notice;
    this.#notice = null;
    this.#entered = null;
    if (this.#reset) return newPasswordView(this.#session, this.#reset, () => this.#leaveReset(t("new_password.done")));
    if (here().path === "/forgotten") return forgottenView(this.#session);
    return signInView(this.#session, () => this.enter(), notice);
  }

  async #inside(isCurrent) {
    try {
      if (!this.#entered) {
        this.#frame(h("main", { id: "main", tabindex: "-1" }, loading(t("loading"), t("loading.slow"))));
        const entered = await this.#application.enter({ api: this.#api, who: this.#session.who, enter: () => this.enter() });
        if (isCurrent()) this.#entered = entered;
        else return null;
      }
      return await this.#view(isCurrent);
    } catch (failure) {
      if (failure instanceof SessionEnded) return this.#signInFirst();
      if (failure instanceof Stranger) return h("main", { class: "card narrow", id: "main", tabindex: "-1" }, h("h1", {}, failure.message), failure.body);
      const again = () => this.enter();
      return h("main", { class: "card narrow", id: "main", tabindex: "-1" }, h("h1", {}, t("entering.failed")), problem(failure, again));
    }
  }

  /** A page's script is fetched when it is first asked for. */
  async #view(isCurrent) {
    const { path, query } = here();
    const { routes } = this.#entered;
    const { view } = await (routes[path] ?? routes["/"])();
    return isCurrent() ? h("main", { id: "main", tabindex: "-1" }, view(this.#entered, query)) : null;
  }

  #frame(main) {
    const entered = this.#entered;
    const { path } = here();
    // `/courses/edit` is below `/courses`.
    const isHere = (to) => to === path || (to !== "/" && path.startsWith(`${to}/`));
    const link = ({ to, label }) => h("a", { href: `#${to}`, "aria-current": isHere(to) ? "page" : null }, label);
    fill(
      document.body,
      h("a", { class: "skip", href: "#main", onclick: (event) => (event.preventDefault(), focusOn(main)) }, t("frame.skip")),
      h("header", {}, this.#brand(), h("div", { class: "tools" }, entered?.tools, this.#languages(), this.#account())),
      entered?.menu && h("nav", { "aria-label": t("frame.menu") }, entered.menu.map(link)),
      main,
    );
    // On a phone the menu is wider than the page.
    document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    const heading = main.querySelector("h1")?.textContent;
    document.title = [heading, entered?.name ?? t(this.#application.name)].filter(Boolean).join(" · ");
  }

  #brand() {
    const { logo = null, name = t(this.#application.name) } = this.#entered ?? {};
    return h("p", { class: "brand" }, logo && h("img", { src: logo, alt: "" }), h("span", {}, name));
  }

  #languages() {
    const change = async (event) => {
      await choose(event.target.value);
      await this.enter();
      document.querySelector("header select").focus();
    };
    const options = Object.entries(LANGUAGES).map(([code, name]) =>
      h("option", { value: code, lang: code, selected: code === current() }, name),
    );
    return h("select", { "aria-label": t("frame.language"), onchange: change }, options);
  }

  #account() {
    const { who } = this.#session;
    if (!who || this.#reset) return null;
    return [h("span", { class: "who" }, who.email), h("button", { type: "button", class: "quiet", onclick: () => this.#signOut() }, t("frame.sign_out"))];
  }

  async #signOut() {
    try {
      await this.#session.signOut();
      this.#notice = t("signed_out");
    } catch (failure) {
      this.#notice = failure.status === 401 ? t("signed_out") : t("signed_out.here");
    }
    this.#application.leave?.();
    history.replaceState(null, "", "#/");
    await this.show({ moved: true });
  }

  /** Nothing is shown yet that could be lost. */
  #signInFirst() {
    this.#session.forget();
    this.#notice = t("failure.SESSION_ENDED");
    return this.#outside();
  }

  async #signInAgain(refusal) {
    if (!this.#entered) throw refusal;
    this.#asking ??= signInAgain(this.#session, refusal).finally(() => (this.#asking = null));
    return this.#asking;
  }

  #leaveReset(notice = null) {
    this.#reset = null;
    this.#notice = notice;
    return this.show({ moved: true });
  }

  async moved() {
    if (here().path === "/forgotten") this.#reset = null;
    await this.show({ moved: true });
  }
}

/**
 * Starts `{name, enter, leave}`; `enter` answers `{name, logo, menu, tools, routes, …}` or raises Stranger. A route
 * imports a module whose `view(entered, query)` answers nodes at once, and fills them later.
 */
export async function start(application) {
  try {
    await loadWords();
  } catch (error) {
    console.error(error);
    fill(document.body, h("main", { class: "card narrow" }, h("h1", {}, "This page could not be loaded"), h("p", {}, "Please reload it in a moment.")));
    return;
  }
  const shell = new Shell(application, document.documentElement.dataset);
  addEventListener("hashchange", () => shell.moved());
  await shell.show();
}

/** What Appwrite's mail leads here with; it is not left in the address. */
function resetLink() {
  const asked = new URLSearchParams(location.search);
  const [userId, secret] = [asked.get("userId"), asked.get("secret")];
  if (!userId || !secret) return null;
  history.replaceState(null, "", location.pathname);
  return { userId, secret };
}

function focusOn(main) {
  const target = main.querySelector("h1") ?? main;
  target.setAttribute("tabindex", "-1");
  target.focus();
}
