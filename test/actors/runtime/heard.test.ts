import { describe, expect, test } from "vitest";
import { heardBy } from "../../../actors/runtime/heard.ts";
import { memorySql } from "../../support/node-sql.ts";
import { outboxBench } from "../../support/runtime-fakes.ts";

describe("waiting until another actor has heard", () => {
  test("ends when it has everything that was committed before, also where a push is under way already", async () => {
    const bench = outboxBench(memorySql());
    let letGo = () => {};
    bench.destinations.before = (destination) =>
      destination === "symbol/X:A"
        ? new Promise((resolve) => {
            letGo = resolve;
          })
        : undefined;
    bench.commit(2, ["symbol/X:A"]);
    bench.outbox.drainDetached();
    bench.destinations.before = () => {};
    bench.commit(1, ["symbol/X:A"]);
    const heard = heardBy(bench.outbox, "symbol/X:A", 60_000);
    letGo();
    await heard;
    expect(bench.destinations.seqs("symbol/X:A")).toEqual([1, 2, 3]);
  });

  test("ends at once where nothing waits", async () => {
    await heardBy(outboxBench(memorySql()).outbox, "symbol/X:A", 60_000);
  });

  test("ends when it cannot be reached, and when it takes too long: the facts stay", async () => {
    const bench = outboxBench(memorySql());
    bench.destinations.before = () => Promise.reject(new Error("away"));
    bench.commit(1, ["symbol/X:A"]);
    await heardBy(bench.outbox, "symbol/X:A", 60_000);
    bench.destinations.before = () => new Promise(() => {});
    bench.commit(1, ["symbol/X:B"]);
    await heardBy(bench.outbox, "symbol/X:B", 1);
    expect(bench.outbox.depth).toBe(2);
  });
});
