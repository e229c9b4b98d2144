/** What strategies hear of the account that they are in: its rates and its trading days. */
import { expect, test } from "vitest";
import { strategyNews } from "../../../actors/strategy/messages.ts";
import { AAPL, type RiskBench } from "./bench.ts";
import { EURUSD, FX, funded, SAP, USDJPY, XBTUSD } from "./currency-market.ts";

const EUR = { currency: "EUR", symbol: EURUSD, priceScale: 4, direction: "multiply" };
const newsOf = async (bench: RiskBench, strategy = "alpha") =>
  (await bench.heard(`strategy/t/${strategy}`)).map(({ payload }) => strategyNews.parse(payload));

test("one that opens hears how other currencies lead to the account's, and what each leg is in", async () => {
  const bench = await funded();
  await bench.strategy("alpha", [{ symbol: AAPL }, { symbol: SAP }, { symbol: XBTUSD }]);
  const [opened] = await newsOf(bench);
  expect(opened).toMatchObject({
    type: "strategy-opened",
    fx: [EUR, { currency: "JPY", symbol: USDJPY, priceScale: 4, direction: "divide" }, { currency: "BTC" }],
    legs: [
      { symbol: AAPL },
      { symbol: SAP, currency: "EUR" },
      { symbol: XBTUSD, currency: "BTC", contract: "inverse" },
    ],
  });
  expect(opened !== undefined && "legs" in opened && opened.legs[0]).not.toHaveProperty("currency");
});

test("each that is open hears when the account names other symbols or days, and of nothing else that is put", async () => {
  const bench = await funded();
  for (const name of ["alpha", "beta"]) await bench.strategy(name, [{ symbol: AAPL }]);
  const before = (await newsOf(bench)).length;
  await bench.account({ fx: FX, equity: "5" });
  expect(await newsOf(bench)).toHaveLength(before);
  await bench.account({ fx: { EUR: EURUSD }, calendar: "XNYS" });
  for (const name of ["alpha", "beta"])
    expect((await newsOf(bench, name)).at(-1)).toMatchObject({
      type: "strategy-amended",
      legs: [{ symbol: AAPL }],
      fx: [EUR],
      calendar: "XNYS",
    });
  await bench.account({});
  expect((await newsOf(bench)).at(-1)).toMatchObject({ fx: [], calendar: "" });
});
