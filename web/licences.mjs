// Writes public/licences.txt: the licence of every package that the built page holds.
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
