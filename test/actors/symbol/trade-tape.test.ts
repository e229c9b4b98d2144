import fc from "fast-check";
import { expect, test } from "vitest";
import type { TradeTaken } from "../../../actors/symbol/events.ts";
import { TRADES_SHOWN } from "../../../actors/symbol/limits.ts";
import { TRADE_TAPE_TABLE, TradeTape } from "../../../actors/symbol/trade-tape.ts";
import { memorySql } from "../../support/node-sql.ts";

const SCALES = { priceScale: 0, sizeScale: 0 };
const taken = (name: number): TradeTaken => ({
  kind: "trade-taken",
  ts: 1_700_000_000_000,
  price: 1,
  size: 1,
  ordinal: 0,
  counts: 7,
  key: { space: "", name },
});
const idsOf = (tape: TradeTape): number[] =>
  (JSON.parse(tape.text(SCALES)) as { id: string }[]).map(({ id }) => Number(id));

const step = fc.oneof(
  fc.nat(2 * TRADES_SHOWN).map((trades) => ({ trades })),
  fc.constantFrom("look" as const, "write" as const, "load" as const),
);

test("the newest trades in the order in which they came, whenever somebody looks, writes or loads", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const sql = memorySql();
      sql.exec(TRADE_TAPE_TABLE);
      let tape = new TradeTape(sql);
      let all: number[] = [];
      let written: number[] = [];
      for (const does of steps) {
        if (does === "look") expect(idsOf(tape)).toEqual(all.slice(-TRADES_SHOWN));
        else if (does === "write") {
          tape.write();
          written = all;
        } else if (does === "load") {
          tape = new TradeTape(sql);
          all = written;
        } else {
          const names = Array.from({ length: does.trades }, (_, index) => all.length + index);
          tape.note([...names.map(taken), { kind: "ticks-taken", at: 1 }]);
          all = [...all, ...names];
        }
      }
      expect(idsOf(tape)).toEqual(all.slice(-TRADES_SHOWN));
    }),
    { numRuns: 200, seed: 7 },
  );
});
