// A logo as the backend takes it: a small PNG or JPEG as a `data:` address.

import { h } from "./dom.js";
import { field, tick } from "./forms.js";
import { Failure } from "./http.js";
import { number, t } from "./words.js";

const MOST = 30_000;
const KINDS = ["image/png", "image/jpeg"];

export function logoFields(present) {
  return [
    present && h("p", {}, h("img", { class: "logo", src: present, alt: t("organization.logo.present") })),
    field(t("people.field.logo"), { name: "logo", type: "file", accept: KINDS.join() }, t("organization.logo.hint", { most: MOST })),
    present && tick(t("organization.logo.remove"), { name: "no_logo" }),
  ];
}

/** `{logo}` for a payload, or nothing if it stays as it is. */
export async function logoOf({ logo: file, no_logo: removed }) {
  if (!file?.size) return removed ? { logo: null } : {};
  if (!KINDS.includes(file.type)) throw refused(t("organization.logo.kind", { name: file.name }));
  if (file.size > MOST) throw refused(t("organization.logo.large", { name: file.name, size: number(file.size), most: MOST }));
  return { logo: await address(file) };
}

const refused = (message) => new Failure("LOGO", { status: 422, message });

function address(file) {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result);
    reader.onerror = () => reject(refused(t("organization.logo.unreadable", { name: file.name })));
    reader.readAsDataURL(file);
  });
}
