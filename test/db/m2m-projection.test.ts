import { expect, test } from "vitest";
import { sentFact } from "../../src/db/projections/projection.ts";
import { candleRow } from "../../src/db/projections/strategies.ts";

const candle = {
  t: 0,
  open: "0",
  high: "1",
  low: "0",
  close: "1",
  realised: "1",
  unrealised: "0",
  fees: "0",
};
const rowOf = (of: object): unknown => {
  const payload = JSON.stringify({ tenant: "acme", strategy: "carry", resolution: "1", candle: of });
  return candleRow(sentFact("strategy:acme/carry", [7, 0, "m2m-candle", payload]))[0]?.rows[0];
};

test("a candle of a strategy that knew no funding received none", () => {
  expect(rowOf(candle)).toMatchObject({ close: "1", funding: "0" });
  expect(rowOf({ ...candle, funding: "-2.5" })).toMatchObject({ funding: "-2.5" });
});
