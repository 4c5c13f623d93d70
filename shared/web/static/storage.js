// What a browser keeps for us; one that keeps nothing must do, too.

class Kept {
  #memory = new Map();
  #storage;

  constructor(name) {
    try {
      this.#storage = globalThis[name];
    } catch {
      this.#storage = null;
    }
  }

  get(key) {
    try {
      return JSON.parse(this.#storage?.getItem(key) ?? this.#memory.get(key) ?? "null");
    } catch {
      return null;
    }
  }

  /** `null` forgets. */
  set(key, value) {
    try {
      if (value === null) this.#storage.removeItem(key);
      else this.#storage.setItem(key, JSON.stringify(value));
      this.#memory.delete(key);
    } catch {
      this.#memory.set(key, value === null ? undefined : JSON.stringify(value));
    }
  }
}

/** Until the tab is closed. */
export const ofTab = new Kept("sessionStorage");
/** In all tabs. */
export const ofBrowser = new Kept("localStorage");
