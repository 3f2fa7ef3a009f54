// Before a build: public/licences.txt, the licence of every package that the page holds, and public/sources.txt, a
// fingerprint of what the page is built from, so that a test can tell a page that is out of date.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const seen = new Map();
function visit(name) {
  const home = `node_modules/${name}`;
  if (seen.has(name) || !existsSync(`${home}/package.json`)) return;
  const meta = JSON.parse(readFileSync(`${home}/package.json`, "utf8"));
  const file = readdirSync(home).find((f) => /^licen[cs]e/i.test(f));
  seen.set(name, `${name} ${meta.version} (${meta.license})\n\n${file ? readFileSync(`${home}/${file}`, "utf8").trim() : ""}`);
  for (const other of Object.keys(meta.dependencies ?? {})) if (!other.startsWith("@types/")) visit(other);
}
for (const name of Object.keys(JSON.parse(readFileSync("package.json", "utf8")).dependencies)) visit(name);
const head = "The page of `vedette serve` holds code of these packages, under these licences.\n";
writeFileSync("public/licences.txt", [head, ...[...seen].sort().map(([, text]) => text)].join(`\n${"-".repeat(72)}\n`) + "\n");

const sources = ["index.html", "package-lock.json", "vite.config.ts", ...readdirSync("src").map((name) => `src/${name}`)].sort();
const print = createHash("sha256");
for (const name of sources) print.update(`${name}\n`).update(readFileSync(name));
writeFileSync("public/sources.txt", `${print.digest("hex")}\n`);
