/** Accounts and strategies: what they are worth and hold, by stream, from what is booked while one looks. */
import assert from "node:assert/strict";
import type { M2mCandleObject } from "../../src/contracts/strategies.ts";
import type { Desk } from "./desk.ts";
import { EURO_SYMBOL, FUND, GROUP, SHARE_SYMBOL } from "./fund.ts";

/** A cell of a table, by the row's key and the column's name. */
const cell = (desk: Desk, table: string, key: string, column: string): Promise<string> =>
  desk.page.evaluate<string>(`(() => {
    const table = [...document.querySelectorAll("table")].find((one) => one.ariaLabel === ${JSON.stringify(table)});
    const at = [...(table?.querySelectorAll("thead th") ?? [])].findIndex((one) => one.textContent === ${JSON.stringify(column)});
    const row = [...(table?.querySelectorAll("tbody tr") ?? [])].find((one) => one.dataset.key.startsWith(${JSON.stringify(key)}));
    return row?.children[at]?.innerText.trim() ?? "";
  })()`);

/** A figure of the head, all of it: what was cut is in the title. */
async function headline(desk: Desk, name: string): Promise<string> {
  const figure = desk.page.locator(".headline-tiles .tile", { hasText: name }).locator("dd > span");
  return (await figure.getAttribute("title")) ?? (await figure.textContent()) ?? "";
}

export async function walkMoney(desk: Desk): Promise<void> {
  const { page, fund } = desk;
  await desk.go(`#/accounts/${FUND}`);
  await desk.link("live");
  const balance = (currency: string, column: string): Promise<string> =>
    cell(desk, "By currency", currency, column);
  await desk.until("a rate for what is held in euros", async () =>
    (await balance("EUR", "Rate")).startsWith("1.1"),
  );
  await fund.deposit("first", "EUR", "250.75");
  await desk.until("what was paid in", async () => (await balance("EUR", "Cash")) === "+250.75");
  await fund.fill("voice-1", "sell", "20", "12.5");
  await page.locator("tr", { hasText: "voice-1" }).first().waitFor();
  await desk.until("what the sale realised", async () => (await balance("USD", "Realised")) === "+50");
  await fund.bust("voice-2", "voice-1");
  await page.locator("tr", { hasText: "voice-2" }).locator(".badge", { hasText: "bust" }).waitFor();
  await desk.until("nothing realised", async () => (await balance("USD", "Realised")) === "0");
  const { equity } = await fund.get<{ equity: string }>(`/v1/accounts/${FUND}/balances`);
  await desk.until("the equity of the API", async () => {
    const shown = await headline(desk, "Equity");
    return shown.replaceAll(/[\u202f\s]/g, "") === equity;
  });
  await desk.shot("money-dark");
}

export async function walkDifferences(desk: Desk): Promise<void> {
  const { fund } = desk;
  await fund.reconcile("100");
  await desk.go("#/accounts");
  await desk.go(`#/accounts/${FUND}`);
  const shown = desk.page.locator(".reconcile tr", { hasText: SHARE_SYMBOL });
  await shown.waitFor();
  assert.match((await shown.textContent()) ?? "", /120[\s\S]*100/, "ours and theirs");
  await shown.scrollIntoViewIfNeeded();
  await desk.shot("reconcile-dark");
}

export async function walkStrategy(desk: Desk): Promise<void> {
  const { page, fund } = desk;
  const [strategy = ""] = fund.strategies;
  await desk.go(`#/strategies/${strategy}`);
  await desk.link("live");
  const leg = (column: string): Promise<string> => cell(desk, "Legs", SHARE_SYMBOL, column);
  await desk.until("its leg with a target", async () => (await leg("Actual")) === "120");
  assert.deepEqual([await leg("Target"), await leg("To go")], ["150", "+30"]);
  await page.locator("[data-statistics]").waitFor();
  await page.locator(".switch a", { hasText: /^5$/ }).click();
  await fund.mark(SHARE_SYMBOL, "11.75");
  await desk.until("the candle of five minutes that the API has", async () => {
    const path = `/v1/strategies/${strategy}/m2m?resolution=5&limit=1`;
    const [candle] = (await fund.get<{ candles: M2mCandleObject[] }>(path)).candles;
    const { t, o, h, l, c } = await desk.newestCandle();
    return (
      JSON.stringify([t, o, h, l, c]) ===
      JSON.stringify([candle?.t, candle?.open, candle?.high, candle?.low, candle?.close])
    );
  });
  await fund.state(strategy, "paused");
  await page.locator(".detail-head .state-badge", { hasText: "paused" }).waitFor();
  await desk.shot("strategy-paused-dark");
  await fund.state(strategy, "active");
}

export async function walkGroup(desk: Desk): Promise<void> {
  const { page, fund } = desk;
  await desk.go("#/strategies");
  await page.getByRole("link", { name: "both holds" }).click();
  await desk.link("live");
  await page.locator(".members tr", { hasText: `hold ${EURO_SYMBOL}` }).waitFor();
  await fund.mark(SHARE_SYMBOL, "12.25");
  await desk.until("the group's total", async () => {
    const { total } = await fund.get<{ total: string }>(`/v1/strategy-groups/${GROUP}/pnl`);
    const shown = await headline(desk, "Total");
    return shown.replaceAll(/[\u202f\s+]/g, "").replace("\u2212", "-") === total;
  });
  await desk.shot("group-dark");
}
