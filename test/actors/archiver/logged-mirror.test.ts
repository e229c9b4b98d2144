import { expect, test } from "vitest";
import { commitIsolated } from "../../../actors/archiver/isolate.ts";
import { loggedMirror } from "../../../actors/archiver/logged-mirror.ts";
import type { Fact, TextBatch } from "../../../actors/runtime/fact.ts";
import { asText, factsIn } from "../../../actors/runtime/fact-text.ts";
import { type Mirror, MirrorDataError } from "../../../src/ports.ts";

const batchOf = (actor: string, ...kinds: string[]): TextBatch =>
  asText({
    actor,
    facts: kinds.map((kind, index): Fact => [index + 1, 0, kind, "{}"]),
    incarnation: "one",
    knownIncarnations: [],
  });

/** A mirror that refuses poison, knows one stale actor, and may be away. */
function logged(away = false) {
  const lines: object[] = [];
  const mirror: Pick<Mirror, "commit" | "park"> = {
    commit: async (batches) => {
      if (away) throw new Error("connection refused");
      if (batches.some((batch) => factsIn(batch).some(([, , kind]) => kind === "poison")))
        throw new MirrorDataError("no such number");
      return batches.map(({ actor, lastSeq }) =>
        actor === "probe:stale" ? { fenced: true } : { watermark: lastSeq },
      );
    },
    park: async ({ firstSeq }) => ({ watermark: firstSeq }),
  };
  return {
    lines,
    mirror: loggedMirror(mirror, (level, event, fields) => void lines.push({ level, event, ...fields })),
  };
}

test("a transaction that Postgres took says nothing", async () => {
  const { lines, mirror } = logged();
  await commitIsolated(mirror, [batchOf("probe:a", "fine")]);
  expect(lines).toEqual([]);
});

test("a transaction that Postgres did not take is told once, however many actors wait for it", async () => {
  const { lines, mirror } = logged(true);
  await expect(
    commitIsolated(mirror, [batchOf("probe:a", "fine"), batchOf("probe:b", "fine")]),
  ).rejects.toThrow();
  expect(lines).toEqual([
    { level: "warn", event: "mirror-refused", batches: 2, reason: "connection refused" },
  ]);
});

test("a parked fact is told with its actor, seq, kind and reason, and the search for it is not", async () => {
  const { lines, mirror } = logged();
  await commitIsolated(mirror, [batchOf("probe:a", "fine", "poison", "fine"), batchOf("probe:b", "fine")]);
  expect(lines).toEqual([
    {
      level: "error",
      event: "fact-parked",
      actor: "probe:a",
      seq: 2,
      kind: "poison",
      reason: "no such number",
    },
  ]);
});

test("a stale copy of an actor is named", async () => {
  const { lines, mirror } = logged();
  await commitIsolated(mirror, [batchOf("probe:a", "fine"), batchOf("probe:stale", "fine")]);
  expect(lines).toEqual([{ level: "error", event: "actor-fenced", actor: "probe:stale" }]);
});
