import { expect, test } from "vitest";
import { systemEnvelope } from "../../actors/runtime/envelope.ts";
import type { Standing } from "../../actors/runtime/standing.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import type { Ports } from "../../src/ports.ts";
import { AUDITED_PER_MINUTE_MAX, DAILY_CRON, driftOf, runScheduled } from "../../src/routes/scheduled.ts";

const NOW = Date.UTC(2026, 10, 21, 12, 0, 30) as EpochMs;
const standing = (lastSeq: number, archivedSeq: number, fenced = false): Standing => ({
  lastSeq,
  archivedSeq,
  outboxDepth: lastSeq - archivedSeq,
  fenced,
});

test("a mirror that lags behind what was never confirmed is no drift", () => {
  expect(driftOf("symbol:A:B", 7, standing(9, 7))).toBeUndefined();
  expect(driftOf("symbol:A:B", 8, standing(9, 7))).toBeUndefined();
});

test("a mirror that lacks what it had confirmed is behind", () => {
  expect(driftOf("symbol:A:B", 6, standing(9, 7))?.code).toBe("mirror-behind");
});

test("a mirror that holds what the actor never committed is ahead", () => {
  expect(driftOf("symbol:A:B", 10, standing(9, 7))?.code).toBe("mirror-ahead");
});

test("an actor that lost its fence says so", () => {
  expect(driftOf("symbol:A:B", 7, standing(9, 7, true))?.code).toBe("fenced");
});

/** Ports of which the audit may use just these. */
function portsWith(
  watermarks: { actor: string; seq: number }[],
  standings: Record<string, Standing | "silent">,
  turns: number[] = [],
): Ports {
  const inspected = (actor: string) => ({
    inspect: () => {
      const found = standings[actor];
      return found === undefined || found === "silent"
        ? Promise.reject(new Error("silent"))
        : Promise.resolve({ ok: true, value: { status: found } });
    },
  });
  const mirror = {
    watermarks: (turn: number, limit: number) => {
      turns.push(turn, limit);
      return Promise.resolve(watermarks);
    },
    maintain: () => Promise.resolve({ made: ["bar_2026_12"], dropped: ["actor_fact_2024_10"] }),
  };
  return { actors: { inspected }, mirror } as unknown as Ports; // SAFETY: a port that the audit must not touch is absent, and a touch throws.
}

test("each minute asks the actors that Postgres names and reports those that drifted or were silent", async () => {
  const watermarks = ["a", "b", "c"].map((name) => ({ actor: `symbol:X:${name}`, seq: 5 }));
  const standings = {
    "symbol:X:a": standing(5, 5),
    "symbol:X:b": standing(9, 8),
    "symbol:X:c": "silent",
  } as const;
  const turns: number[] = [];
  const report = await runScheduled(
    portsWith(watermarks, standings, turns),
    "* * * * *",
    NOW,
    systemEnvelope(NOW),
  );
  expect(report).toMatchObject({ kind: "audit", audited: 3 });
  expect(report.kind === "audit" && report.drift.map((drift) => [drift.actor, drift.code])).toEqual([
    ["symbol:X:b", "mirror-behind"],
    ["symbol:X:c", "unanswered"],
  ]);
  expect(turns).toEqual([Math.floor(NOW / 60_000), AUDITED_PER_MINUTE_MAX]);
});

test("each day makes partitions ahead and applies retention", async () => {
  const report = await runScheduled(portsWith([], {}), DAILY_CRON, NOW, systemEnvelope(NOW));
  expect(report).toEqual({ kind: "upkeep", made: ["bar_2026_12"], dropped: ["actor_fact_2024_10"] });
});
