// Signing in, and the way back in for those who forgot their password.

import { fill, h } from "./dom.js";
import { field, form } from "./forms.js";
import { t } from "./words.js";

/** What somebody typed as their address, so that they need not do it twice. */
let typed = "";

/** The form alone; `done` is called once somebody is signed in. */
export function signInForm(session, done, email = typed) {
  const act = async (values) => {
    typed = values.email.trim();
    await session.signIn(typed, values.password);
    typed = "";
    await done();
  };
  return form(
    t("sign_in.submit"),
    act,
    field(t("sign_in.email"), {
      name: "email",
      type: "email",
      required: true,
      autocomplete: "username",
      value: email,
      oninput: (event) => (typed = event.target.value),
    }),
    field(t("sign_in.password"), { name: "password", type: "password", required: true, autocomplete: "current-password" }),
  );
}

export function signInView(session, done, notice) {
  return card(
    t("sign_in.title"),
    notice && h("div", { class: "notice good", role: "status" }, h("p", {}, notice)),
    h("p", {}, t("sign_in.for")),
    signInForm(session, done),
    h("p", {}, h("a", { href: "#/forgotten" }, t("sign_in.forgotten"))),
  );
}

/** Asks for the mail with the link. */
export function forgottenView(session) {
  const view = card(t("forgotten.title"));
  const act = async ({ email }) => {
    typed = email.trim();
    await session.askForReset(typed, location.origin + location.pathname);
    const told = h("div", { class: "notice good", role: "status", tabindex: "-1" }, h("p", {}, t("forgotten.done", { email: typed })));
    fill(view, h("h1", {}, t("forgotten.title")), told, back());
    told.focus();
  };
  const input = { name: "email", type: "email", required: true, autocomplete: "username", value: typed };
  view.append(h("p", {}, t("forgotten.how")), form(t("forgotten.submit"), act, field(t("sign_in.email"), input)), back());
  return view;
}

/** For whoever comes by the link of that mail. */
export function newPasswordView(session, { userId, secret }, done) {
  const act = async ({ password }) => {
    await session.setPassword(userId, secret, password);
    done();
  };
  const input = { name: "password", type: "password", required: true, minlength: 8, maxlength: 256, autocomplete: "new-password" };
  return card(
    t("new_password.title"),
    form(t("new_password.submit"), act, field(t("new_password.password"), input, t("new_password.hint"))),
    h("p", {}, h("a", { href: "#/forgotten" }, t("new_password.another"))),
  );
}

/** Over the page as it is, so that nothing on it is lost. Resolves once they are in; rejects if they would not. */
export function signInAgain(session, refusal) {
  const { email = "", userId } = session.who ?? {};
  const dialog = h("dialog", { "aria-labelledby": "again" });
  document.body.append(dialog);
  return new Promise((resolve, reject) => {
    const done = () => {
      if (userId && session.who.userId !== userId) location.reload();
      dialog.close("in");
    };
    fill(
      dialog,
      h("h2", { id: "again" }, t("again.title")),
      h("p", {}, t("again.why")),
      signInForm(session, done, email),
      h("p", {}, h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("again.later"))),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      if (dialog.returnValue === "in") resolve();
      else reject(refusal);
    });
    dialog.showModal();
    dialog.querySelector(email ? "[type=password]" : "[type=email]").focus();
  });
}

const back = () => h("p", {}, h("a", { href: "#/" }, t("forgotten.back")));

function card(title, ...children) {
  return h("main", { class: "card narrow", id: "main", tabindex: "-1" }, h("h1", {}, title), ...children);
}
