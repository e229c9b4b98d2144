import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ChildLog } from "../../scripts/start/child-log.ts";

test("an API key that a child prints stands neither in its log nor in its last words", () => {
  const folder = mkdtempSync(join(tmpdir(), "outcry-log-"));
  const secret = "aB3-_".repeat(9).slice(0, 43);
  const log = new ChildLog(join(folder, "worker.log"));
  log.line(`GET /udf/k/ok_k1_${secret}/config 200 and ok_k2_${secret}`);
  log.close();
  const expected = "GET /udf/k/ok_k1_…/config 200 and ok_k2_…";
  expect(readFileSync(join(folder, "worker.log"), "utf8")).toBe(`${expected}\n`);
  expect(log.tail()).toBe(expected);
  rmSync(folder, { recursive: true });
});
