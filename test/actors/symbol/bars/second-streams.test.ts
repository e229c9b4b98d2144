import { expect, test, vi } from "vitest";
import { SecondStreams } from "../../../../actors/symbol/bars/second-streams.ts";
import { noChanges } from "../../../../actors/symbol/changes.ts";
import { SECONDS_PER_TURN_MAX } from "../../../../actors/symbol/limits.ts";
import { EVERYTHING } from "../../../../src/quant/trade-conditions.ts";
import { DAY, INSTRUMENT, NOON, SymbolBench } from "../bench.ts";

test("of more seconds than anybody follows, folded in at a day's close, none is read", () => {
  const bench = new SymbolBench();
  const told: string[] = [];
  const sockets = {
    watches: () => true,
    publish: () => void told.push("bar"),
    leaveOut: () => void told.push("left out"),
  };
  const streams = new SecondStreams(bench.state, sockets, bench.store.log);
  const read = vi.spyOn(bench.store.log, "entries");
  const changes = noChanges();
  for (let second = 0; second <= SECONDS_PER_TURN_MAX; second++)
    changes.foldedTrades.push({
      ...{ kind: "trade-taken", ts: NOON - DAY + second * 10_000, price: 1, size: 1 },
      ...{ ordinal: 0, counts: EVERYTHING, key: undefined },
    });
  streams.tell([], changes, INSTRUMENT);
  expect(told).toEqual(["left out", "left out"]);
  expect(read).not.toHaveBeenCalled();
});
