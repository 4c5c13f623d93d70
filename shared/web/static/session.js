// Who is signed in, as Appwrite knows it: https://appwrite.io/docs/products/auth
//
// Where a browser refuses the cookies of other sites, Appwrite hands the session out in a header, which is kept until
// the tab is closed. JWTs are kept by the page alone.

import { Failure, SessionEnded, ask } from "./http.js";
import { ofBrowser, ofTab } from "./storage.js";

const FALLBACK = "x-fallback-cookies";
const BUSY = "user_session_already_exists";
/** Of a JWT, which lasts for 15 minutes. */
const RENEWED_AFTER = 12 * 60 * 1000;

export class Session {
  #endpoint;
  #project;
  #jwt = null;
  #renewal = null;

  constructor(endpoint, project) {
    this.#endpoint = endpoint;
    this.#project = project;
  }

  /** `{email, userId}` of whom this browser signed in, if that was not ended since. */
  get who() {
    return ofBrowser.get("who");
  }

  async signIn(email, password) {
    this.forget();
    const given = await this.#opened({ email, password });
    ofBrowser.set("who", { email, userId: given.userId });
    await this.jwt();
  }

  /** One that will last for some minutes. Raises SessionEnded. */
  jwt() {
    if (this.#jwt && Date.now() < this.#jwt.until) return this.#jwt.token;
    // Whoever asks meanwhile waits for the same.
    this.#renewal ??= this.#renew().finally(() => (this.#renewal = null));
    return this.#renewal;
  }

  /** The one that is kept was refused. */
  dropJwt(token) {
    if (this.#jwt?.token === token) this.#jwt = null;
  }

  /** Forgets all, though Appwrite may not be there to end the session. */
  async signOut() {
    try {
      await this.#ask("DELETE", "/account/sessions/current");
    } finally {
      this.forget();
    }
  }

  /** Nobody is signed in here, whatever Appwrite thinks. */
  forget() {
    this.#jwt = null;
    ofTab.set("session", null);
    ofBrowser.set("who", null);
  }

  /** Has Appwrite mail a link to `back`; nobody learns whether the address has an account. */
  async askForReset(email, back) {
    try {
      await this.#ask("POST", "/account/recovery", { email, url: back });
    } catch (failure) {
      if (failure.code !== "user_not_found") throw failure;
    }
  }

  async setPassword(userId, secret, password) {
    await this.#ask("PUT", "/account/recovery", { userId, secret, password });
  }

  async #opened(login) {
    try {
      return await this.#ask("POST", "/account/sessions/email", login);
    } catch (failure) {
      if (failure.code !== BUSY) throw failure;
      // A cookie of a session that this page knew nothing of.
      await this.#ask("DELETE", "/account/sessions/current");
      return this.#ask("POST", "/account/sessions/email", login);
    }
  }

  async #renew() {
    try {
      const { jwt } = await this.#ask("POST", "/account/jwts", {});
      this.#check(jwt);
      this.#jwt = { token: jwt, until: Date.now() + RENEWED_AFTER };
      return jwt;
    } catch (failure) {
      throw failure.status === 401 ? new SessionEnded() : failure;
    }
  }

  /** Somebody else signed in in another tab: what stands on this page is not theirs. */
  #check(jwt) {
    const { userId } = JSON.parse(atob(jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    if (this.who && this.who.userId !== userId) throw new SessionEnded();
  }

  async #ask(method, path, body) {
    const kept = ofTab.get("session");
    const headers = { "x-appwrite-project": this.#project, ...(kept ? { [FALLBACK]: kept } : {}) };
    const answer = await ask(method, this.#endpoint + path, { headers, body, credentials: "include" });
    const given = answer.headers.get(FALLBACK);
    if (given && given !== "[]" && given !== "{}" && answer.status < 400) ofTab.set("session", given);
    if (answer.status >= 400) {
      const { type = "UNREADABLE", message } = answer.body ?? {};
      throw new Failure(type, { status: answer.status, message });
    }
    return answer.body;
  }
}
