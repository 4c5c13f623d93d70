// A place to drop a file on, which is the file input that everybody else uses.

import { h } from "./dom.js";
import { t } from "./words.js";

/** `take(file)` is called with what was dropped or picked. */
export function dropZone(take) {
  const input = h("input", { id: "csv-file", type: "file", accept: ".csv,.tsv,.txt,text/csv", "aria-describedby": "csv-file-hint" });
  const zone = h(
    "div",
    { class: "drop" },
    h("label", { for: "csv-file" }, t("upload.file")),
    input,
    h("small", { id: "csv-file-hint" }, t("upload.file.hint")),
  );
  const chosen = (files) => files.length && take(files[0]);
  input.addEventListener("change", async () => {
    await chosen(input.files);
    // The same file again, mended meanwhile, is a change too.
    input.value = "";
  });
  zone.addEventListener("dragover", (event) => (event.preventDefault(), zone.classList.add("over")));
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    chosen(event.dataTransfer.files);
  });
  return zone;
}
