/** A fake directory and symbol that answer what UDF asks. */
import { answer } from "../../actors/runtime/reply.ts";
import { type Answers, listed, NOW } from "./fake-edge.ts";

export const AAPL = "XNAS:AAPL";
export const UDF_QUOTE = JSON.stringify({
  ...{
    symbol: AAPL,
    last: { price: "101.2345", size: "1", ts: NOW },
    bid: "101.23",
    bidSize: "1",
    ask: "101.24",
  },
  ...{ askSize: "1", dayOpen: "100", dayHigh: "102", dayLow: "99.5", dayVolume: "12.5", prevClose: "100" },
  ...{ change: "1.2345", changePercent: "1.2345", stale: false, ageMs: 0, seq: 3 },
});
export const UDF_WORLD = {
  answers: {
    "symbol.quote": () => answer(UDF_QUOTE),
    "instrumentDirectory.search": () => answer({ items: [JSON.stringify(listed(AAPL))], total: 1 }),
  } satisfies Answers,
};
