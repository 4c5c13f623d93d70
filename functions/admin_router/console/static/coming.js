// What has no page yet says how it is done meanwhile.

import { h } from "./dom.js";
import { t } from "./words.js";

export function comingView(name, actions) {
  const listed = actions.map((action) => h("li", {}, h("code", {}, action)));
  return [h("h1", {}, t(`page.${name}`)), h("p", {}, t("coming.how")), h("ul", {}, listed)];
}
