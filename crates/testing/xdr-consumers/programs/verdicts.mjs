// What the JavaScript validators have in common: reads the cases, writes one verdict a line.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

const [schemas, cases] = process.argv.slice(2);
const suffix = ".schema.json";

/** Every schema file by its name without the suffix. */
export function readSchemas() {
  const files = readdirSync(schemas).filter((file) => file.endsWith(suffix));
  return files.map((file) => [file.slice(0, -suffix.length), JSON.parse(readFileSync(join(schemas, file), "utf8"))]);
}

/** Lets `isValid(schema name, document)` judge every case. */
export function judge(isValid) {
  const lines = readFileSync(cases, "utf8").split("\n").filter((line) => line !== "");
  const verdicts = lines.map((line) => {
    const { schema, text } = JSON.parse(line);
    return isValid(schema, JSON.parse(text)) ? "valid" : "invalid";
  });
  process.stdout.write(verdicts.map((verdict) => verdict + "\n").join(""));
}
