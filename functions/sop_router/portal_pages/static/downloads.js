// Many certificates at once, as ZIP files. Which ones stands in the address, as does the download once it is begun.

import { note } from "./addresses.js";
import { courseOptions } from "./choices.js";
import { fill, h } from "./dom.js";
import { problem } from "./failures.js";
import { field, form, select } from "./forms.js";
import { minute, t } from "./words.js";

const NAMES = ["course_id", "from_date", "to_date"];
const MAKING = ["queued", "building"];
/** Days that the server takes. */
const [EARLIEST, LATEST] = ["2000-01-01", "2999-12-31"];
/** Seconds that the server waits for the files before it answers. */
const PATIENCE = 10;

export function view({ api, organization }, query) {
  const place = h("div", { class: "files" });
  const follow = follower(api, place);
  const begin = async (values) => {
    const wanted = Object.fromEntries(NAMES.map((name) => [name, values[name]]).filter(([, value]) => value));
    fill(place);
    try {
      const begun = await api.read("DOWNLOAD_CERTIFICATES", wanted);
      note("/downloads", { ...wanted, export: begun.export_id });
      // The form is free again meanwhile.
      follow(begun.export_id, begun.documents);
    } catch (failure) {
      const words = refusal(failure, wanted);
      if (!words) throw failure;
      fill(place, h("p", { class: "notice late", role: "alert" }, words));
    }
  };
  if (query.get("export")) follow(query.get("export"));
  return [
    h("h1", {}, t("page.downloads")),
    h("p", {}, t("downloads.what")),
    h("div", { class: "card choice" }, form(t("downloads.submit"), begin, ...choice(organization, query))),
    place,
  ];
}

function choice(organization, query) {
  const course = { name: "course_id", value: query.get("course_id") ?? "" };
  const dated = (name) => field(t(`downloads.${name}`), { type: "date", name, min: EARLIEST, max: LATEST, value: query.get(name) ?? "" });
  const [from, to] = [dated("from_date"), dated("to_date")];
  const last = to.querySelector("input");
  const first = from.querySelector("input");
  const order = () => (last.min = first.value || EARLIEST);
  first.addEventListener("change", order);
  order();
  const courses = courseOptions(organization.courses, course.value);
  return [select(t("filter.course"), course, courses), h("div", { class: "days" }, from, to), h("p", { class: "soft" }, t("downloads.days"))];
}

function refusal({ code, details }, wanted) {
  if (code === "NOT_FOUND") return t(Object.keys(wanted).length ? "downloads.none_fit" : "downloads.none");
  return details?.max_documents ? t("downloads.too_many", { count: details.documents, most: details.max_documents }) : null;
}

/** Shows in `place` how far the download is that was asked for last, until its files are there. */
function follower(api, place) {
  let turn = 0;
  return async function follow(id, documents = null) {
    const mine = ++turn;
    fill(place, making(documents));
    try {
      const found = await files(api, id, () => mine === turn && place.isConnected);
      if (mine === turn) fill(place, found.status === "ready" ? ready(found) : failed(found));
    } catch (failure) {
      if (mine !== turn) return;
      const isGone = failure.code === "NOT_FOUND";
      fill(place, isGone ? h("p", { class: "notice late", role: "alert" }, t("downloads.gone")) : problem(failure, () => follow(id, documents)));
    }
  };
}

async function files(api, id, isWanted) {
  let found;
  do found = await api.read("DOWNLOAD_CERTIFICATES", { export_id: id, wait_seconds: PATIENCE });
  while (MAKING.includes(found.status) && isWanted());
  return found;
}

function making(documents) {
  const words = documents === null ? t("downloads.making") : t("downloads.making_some", { count: documents });
  return h("div", { class: "notice" }, h("p", { role: "status" }, words), h("progress", { "aria-label": words }), h("p", { class: "soft" }, t("downloads.leave")));
}

function ready({ documents, downloads, expires_at: until }) {
  const link = ({ download_url: href, filename }, place) =>
    h("li", {}, h("a", { class: "button", href, download: filename }, t("downloads.file", { place: place + 1, count: downloads.length })), " ", h("span", { class: "soft" }, filename));
  return [
    h("h2", {}, t("downloads.ready", { count: documents })),
    h("ul", { class: "list" }, downloads.map(link)),
    h("p", { class: "soft" }, t("downloads.until", { moment: minute(until) })),
  ];
}

const failed = ({ message }) => h("div", { class: "notice bad", role: "alert" }, h("p", {}, t("downloads.failed")), h("p", { dir: "auto" }, message));
