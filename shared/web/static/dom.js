// Elements out of plain values. Text stays text, whatever it holds: nothing here reads markup.

/** `h("a", {href: "#/", onclick: f}, "Text", node, null)`; a class, a boolean or a listener is given like the rest. */
export function h(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...nodes(children));
  return element;
}

/** Puts `children` in the place of what `parent` holds. */
export function fill(parent, ...children) {
  parent.replaceChildren(...nodes(children));
  return parent;
}

/** What is shown while something is fetched; it says so by itself if that takes long. */
export function loading(words, slow) {
  return h("p", { class: "loading", role: "status" }, words, " ", h("span", { class: "slow" }, slow));
}

const nodes = (children) => children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false);
