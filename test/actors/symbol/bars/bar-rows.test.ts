import fc from "fast-check";
import { expect, test } from "vitest";
import { migrateLocally } from "../../../../actors/runtime/local-migrations.ts";
import { BarRows, QUOTE_BARS } from "../../../../actors/symbol/bars/bar-rows.ts";
import type { Bar } from "../../../../actors/symbol/bars/bars.ts";
import { SYMBOL_MIGRATIONS } from "../../../../actors/symbol/store.ts";
import type { EpochMs } from "../../../../src/domain/time.ts";
import { memorySql } from "../../../support/node-sql.ts";
import { MINUTE, NOON } from "../bench.ts";

const price = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const side = fc.record({ o: price, h: price, l: price, c: price });
const sum = fc.bigInt({ min: 0n, max: 10n ** 40n });
const count = fc.nat();
const place = fc.nat({ max: 300 });
const values = { ...{ o: price, h: price, l: price, c: price }, v: sum, n: count, pv: sum, rev: count };
const barAt = (at: number, value: Omit<Bar, "start">): Bar => ({
  start: (NOON + at * MINUTE) as EpochMs,
  ...value,
});
const barsOf = (more: object = {}) =>
  fc.uniqueArray(
    fc.tuple(place, fc.record({ ...values, ...more })).map(([at, value]) => barAt(at, value)),
    { selector: ({ start }) => start, maxLength: 40 },
  );

function newRows(...tables: [] | [typeof QUOTE_BARS]): BarRows {
  const sql = memorySql();
  migrateLocally(sql, SYMBOL_MIGRATIONS);
  return new BarRows(sql, () => 0, ...tables);
}

test.each([
  ["of trades", barsOf(), () => newRows()],
  ["of quotes", barsOf({ sides: fc.record({ bid: side, ask: side }) }), () => newRows(QUOTE_BARS)],
])(
  "a page of bars %s is what was put, to the last digit: the newest of the range, ascending",
  (_of, bars, empty) => {
    fc.assert(
      fc.property(bars, place, place, fc.integer({ min: 1, max: 50 }), (put, one, other, limit) => {
        const rows = empty();
        for (const bar of put) rows.put("1D", bar, 1);
        rows.write();
        const [from = 0, to = 0] = [one, other].sort((a, b) => a - b).map((at) => NOON + at * MINUTE);
        const asked = put
          .filter(({ start }) => from <= start && start < to)
          .sort((a, b) => a.start - b.start);
        expect(rows.page("1D", { from, to, limit })).toEqual(asked.slice(-limit));
      }),
    );
  },
);
