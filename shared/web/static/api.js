// Actions of the function that this page came from.

import { Failure, SessionEnded, ask } from "./http.js";

/** Milliseconds before a read is tried again. */
const PAUSES = [600, 2000];

export class Api {
  #session;
  #signInAgain;
  #address;

  /** `signInAgain` resolves once somebody has, over the page as it is. */
  constructor(session, address, signInAgain) {
    this.#session = session;
    this.#address = address;
    this.#signInAgain = signInAgain;
  }

  /** The answer's `data`; what passes is tried again. */
  read(action, payload = {}) {
    return this.#call(action, payload, PAUSES);
  }

  /** The answer's `data`; it is up to people to try again. */
  async write(action, payload = {}) {
    try {
      return await this.#call(action, payload, []);
    } catch (failure) {
      throw failure.passes ? Object.assign(failure, { unsure: true }) : failure;
    }
  }

  async #call(action, payload, pauses) {
    for (let attempt = 0; ; ) {
      try {
        return await this.#once(action, payload);
      } catch (failure) {
        if (failure instanceof SessionEnded) await this.#signInAgain(failure);
        else if (failure.passes && attempt < pauses.length) await pause(pauses[attempt++]);
        else throw failure;
      }
    }
  }

  async #once(action, payload) {
    let answer = await this.#posted(action, payload);
    if (answer.status === 401) answer = await this.#posted(action, payload);
    if (answer.status === 401) throw new SessionEnded();
    if (answer.body?.ok) return answer.body.data;
    throw failureOf(answer);
  }

  async #posted(action, payload) {
    const jwt = await this.#session.jwt();
    const headers = { authorization: `Bearer ${jwt}` };
    const answer = await ask("POST", this.#address, { headers, body: { action, payload } });
    if (answer.status === 401) this.#session.dropJwt(jwt);
    return answer;
  }
}

function failureOf({ status, headers, body }) {
  const { code = "UNREADABLE", message, details } = body?.error ?? {};
  const requestId = body?.request_id ?? headers.get("x-appwrite-execution-id");
  // An answer that says neither yes nor no is none of the function's.
  return new Failure(code, { status: status < 400 ? 502 : status, message, details, requestId });
}

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
