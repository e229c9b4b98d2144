import { expect, test } from "vitest";
import { logFrom } from "../../src/http/log.ts";
import { logScheduled } from "../../src/routes/scheduled-log.ts";

const logged = (lowest: "debug" | "warn", report: Parameters<typeof logScheduled>[2]): unknown[] => {
  const lines: string[] = [];
  logScheduled(
    logFrom(lowest, (line) => void lines.push(line)),
    { cron: "* * * * *", requestId: "r1" },
    report,
  );
  return lines.map((line) => JSON.parse(line));
};
const DRIFT = { actor: "symbol:X:A", code: "mirror-behind", mirrorSeq: 3 } as const;

test("an audit is one line, and each actor that drifts one more", () =>
  expect(logged("debug", { kind: "audit", audited: 5, drift: [DRIFT] })).toEqual([
    { level: "info", event: "audit", requestId: "r1", cron: "* * * * *", audited: 5, drift: 1 },
    { level: "error", event: "drift", requestId: "r1", ...DRIFT },
  ]));

test("upkeep says how much was made and dropped", () =>
  expect(logged("debug", { kind: "upkeep", made: ["a", "b"], dropped: [] })).toEqual([
    { level: "info", event: "upkeep", requestId: "r1", cron: "* * * * *", made: 2, dropped: 0 },
  ]));

test("below its level the log is silent", () =>
  expect(logged("warn", { kind: "audit", audited: 5, drift: [DRIFT] })).toEqual([
    { level: "error", event: "drift", requestId: "r1", ...DRIFT },
  ]));
