/** What an account is to its parent, on its disk. */
import { expect, test } from "vitest";
import { ABOVE_TABLE, AboveRows } from "../../../actors/risk-shard/above-rows.ts";
import { noneAbove } from "../../../actors/risk-shard/parent-records.ts";
import type { RiskState } from "../../../actors/risk-shard/state.ts";
import type { StoredHolding } from "../../../actors/runtime/escrow/holding.ts";
import { memorySql } from "../../support/node-sql.ts";

const GROSS = "account:a/gross";
const HELD = { [GROSS]: 12_345_678_901_234_567_890n };

test.each<readonly [what: string, passing: StoredHolding["passing"]]>([
  ["nothing", undefined],
  ["less than they use", { move: 3, to: "part:1", amounts: { [GROSS]: 4n }, uses: { [GROSS]: 11n } }],
  ["none of what they use", { move: 3, to: "part:1", amounts: {}, uses: { [GROSS]: 11n } }],
  ["as a version before wrote it", { move: 3, to: "part:1", amounts: { [GROSS]: 4n } }],
])(
  "symbols that take %s with them are on disk until the parent has heard, to the last digit",
  (_what, passing) => {
    const sql = memorySql();
    sql.exec(ABOVE_TABLE);
    const state = { above: { ...noneAbove("a/split"), held: HELD } } as unknown as RiskState;
    const identity = { incarnation: "i2", previous: "i1", isConfirmed: true, nFrom: 1_000, isFenced: false };
    const holding: StoredHolding = {
      ...{ ...identity, held: HELD },
      ...(passing === undefined ? {} : { passing }),
    };
    const rows = new AboveRows(sql, state);
    rows.identify(holding);
    rows.write();
    expect(new AboveRows(sql, state).stored).toEqual(holding);
  },
);
