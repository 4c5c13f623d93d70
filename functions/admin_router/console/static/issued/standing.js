// Whether a certificate holds, and how far its mail got, each in a word and a colour.

import { h } from "./dom.js";
import { t } from "./words.js";

const STATES = { valid: "good", expired: "late", revoked: "bad", pending: "newer", failed: "bad" };
const MAILS = { queued: "", sending: "newer", stored: "late", sent: "newer", delivered: "good", bounced: "bad", dropped: "bad", failed: "bad" };

export const badge = (look, text) => h("span", { class: `badge ${look ?? ""}` }, text);

export function stateBadge({ state, status }) {
  const shown = state === "pending" && status === "failed" ? "failed" : state;
  return badge(STATES[shown], t(`certificates.state.${shown}`));
}

/** Of the mail that brings the present version; none while there is nothing to mail. */
export function mailBadge({ status, reason }) {
  // A mail that came back leaves its certificate mailed, with the reason.
  const shown = status === "sent" && reason ? "bounced" : status;
  return ["stored", "sent", "delivered", "bounced"].includes(shown) ? mailWord(shown) : null;
}

export const mailWord = (status) => badge(MAILS[status], t(`certificates.mail.${status}`));

export const certificateLink = (number) => `#/certificates/one?${new URLSearchParams({ number })}`;
