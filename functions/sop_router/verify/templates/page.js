// Compares a file with the issued one. The file is read here and goes nowhere: the page may not send anything.
(() => {
  "use strict";
  const zone = document.getElementById("check");
  if (!zone) return;
  const input = document.getElementById("file");
  const outcome = document.getElementById("outcome");
  let turn = 0;

  const say = (kind, text) => {
    outcome.className = kind;
    outcome.textContent = text;
  };

  const judge = (hash) => {
    if (zone.dataset.replaced.split(" ").includes(hash)) {
      return ["newer", "⟳ This is an older version of the certificate, which was replaced. It counts no longer."];
    }
    if (hash !== zone.dataset.newest) {
      return ["bad", "✗ This file differs from the one issued: trust what this page says, not the file."];
    }
    return {
      valid: ["good", "✓ This is the very file that was issued."],
      expired: ["good", "✓ This is the very file that was issued. The certificate has expired since."],
      revoked: ["bad", "✗ This is the very file that was issued, but the certificate was revoked. Do not accept it."],
      replaced: ["good", "✓ This is the file of the newest version."],
    }[zone.dataset.state];
  };

  const check = async (file) => {
    if (!file) return;
    const mine = ++turn;
    say("", "Reading the file …");
    let verdict;
    try {
      const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
      verdict = judge([...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join(""));
    } catch {
      verdict = ["bad", "✗ The file could not be read."];
    }
    if (mine === turn) say(...verdict);
  };

  if (!globalThis.crypto?.subtle) {
    say("", "Files can't be checked here: your browser only does it on pages opened by https.");
    return;
  }
  zone.hidden = false;
  input.addEventListener("change", () => check(input.files[0]));
  // Elsewhere on the page a dropped file would be opened in its place.
  for (const name of ["dragover", "drop"]) document.addEventListener(name, (event) => event.preventDefault());
  document.addEventListener("dragover", () => zone.classList.add("over"));
  document.addEventListener("dragleave", (event) => event.relatedTarget || zone.classList.remove("over"));
  document.addEventListener("drop", (event) => {
    zone.classList.remove("over");
    if (event.dataTransfer.files.length) input.value = "";
    check(event.dataTransfer.files[0]);
  });
})();
