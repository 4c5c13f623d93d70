// Requests that end, and what their failures are.

/** Functions are given 30 seconds. */
const SECONDS = 35;

/** Something did not work. `status` is 0 if nobody answered. */
export class Failure extends Error {
  constructor(code, { status = 0, message = "", requestId = null, details = {} } = {}) {
    super(message || code);
    Object.assign(this, { code, status, requestId, details });
  }

  /** Whether the same may well work a moment later. */
  get passes() {
    return this.code === "UNREACHABLE" || this.code === "SLOW" || this.status >= 500 || this.status === 408;
  }
}

/** Nobody is signed in, or no longer. */
export class SessionEnded extends Failure {
  constructor() {
    super("SESSION_ENDED", { status: 401 });
  }
}

/** The answer with `body` as JSON, or null if it is none; raises Failure if there is no answer. */
export async function ask(method, address, { headers = {}, body, ...options } = {}) {
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const typed = sent === undefined ? headers : { "content-type": "application/json", ...headers };
  try {
    const signal = AbortSignal.timeout(SECONDS * 1000);
    const answer = await fetch(address, { method, headers: typed, body: sent, signal, ...options });
    return { status: answer.status, headers: answer.headers, body: parsed(await answer.text()) };
  } catch (error) {
    throw new Failure(error.name === "TimeoutError" ? "SLOW" : "UNREACHABLE", { message: error.message });
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
