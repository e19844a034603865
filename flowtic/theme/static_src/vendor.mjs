// Copies the browser files of the pinned htmx.org to static/vendor, without the source-map line (the maps are not shipped).
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";

const from = "node_modules/htmx.org/";
const to = "../../../static/vendor/htmx/";
const files = ["dist/htmx.min.js", "dist/ext/hx-sse.min.js", "dist/ext/hx-preload.min.js", "dist/ext/hx-pending.min.js"];

mkdirSync(to, { recursive: true });
for (const file of files) {
  const text = readFileSync(from + file, "utf8").replace(/\n?\/\/# sourceMappingURL=.*\n?$/, "\n");
  writeFileSync(to + file.split("/").pop(), text);
}
copyFileSync(from + "LICENSE", to + "LICENSE");
