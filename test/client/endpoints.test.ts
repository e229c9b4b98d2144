import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const CONTRACTS = join(import.meta.dirname, "../../src/contracts");
/** Charts have clients of their own for UDF; the pages are for browsers; streams are opened by `stream()`. */
const ELSEWHERE = /^(?:udf.*|console|openapi|stream-endpoints|endpoint)\.ts$/;

test("every call that a contract declares can be called through the client", () => {
  const imports = readFileSync(join(CONTRACTS, "../client/endpoints.ts"), "utf8");
  const declaring = readdirSync(CONTRACTS).filter(
    (name) => !ELSEWHERE.test(name) && /= endpoint\(/.test(readFileSync(join(CONTRACTS, name), "utf8")),
  );
  expect(declaring.length).toBeGreaterThan(20);
  expect(declaring.filter((name) => !imports.includes(`"../contracts/${name}"`))).toEqual([]);
});
