/** What a trader looks at beside prices: the book, indicators, and how the page's stream stands. */
import assert from "node:assert/strict";
import type { WebSocketRoute } from "playwright-core";
import type { BarsReply } from "../../src/contracts/bars.ts";
import type { IndicatorsReply } from "../../src/contracts/indicators.ts";
import type { Desk } from "./desk.ts";
import { QUIET_SYMBOL, SYMBOL } from "./trader.ts";

/** The best bid of the book that the trader puts, and what it changes to. */
const TOUCH = "99.98";

export async function walkTheBook(desk: Desk): Promise<void> {
  const { page, trader } = desk;
  await desk.go(`#/symbols/${QUIET_SYMBOL}`);
  await desk.sees("No book: its feed has told no depth");
  await trader.book();
  const rung = page.locator(`[data-rung="${TOUCH}"]`);
  await rung.waitFor();
  assert.equal(await page.locator("[data-rung]").count(), 20);
  await trader.bookChanges(TOUCH, "777");
  await rung.getByText("777").waitFor();
  await page.locator(".ladder .spread", { hasText: "0.04" }).waitFor();
  await desk.shot("depth-dark");
  // The generated market tells trades too, so that nothing of its book is unsupported.
  await desk.go(`#/symbols/${SYMBOL}`);
  const metrics = page.locator("[data-metrics]");
  await desk.until("a score", async () => /Score, 0 to 100\d/.test((await metrics.textContent()) ?? ""));
  await metrics.scrollIntoViewIfNeeded();
  await desk.shot("depth-metrics-dark");
  await page.evaluate("scrollTo(0, 0)");
}

export async function walkIndicators(desk: Desk): Promise<void> {
  const { page, trader } = desk;
  await desk.go(`#/symbols/${QUIET_SYMBOL}`);
  const field = page.getByLabel("Add an indicator");
  for (const [typed, id] of [
    ["bbands", "bbands_20_2"],
    ["rsi_14", "rsi_14"],
    ["macd", "macd_12_26_9"],
  ] as const) {
    await field.fill(typed);
    await page.keyboard.press("Enter");
    await page.locator(`[data-indicator="${id}"]`).waitFor();
  }
  await page.locator('[data-chart][data-indicators="bbands_20_2,rsi_14,macd_12_26_9"]').waitFor();
  await field.fill("nothing_5");
  await page.keyboard.press("Enter");
  await page.locator(".indicators", { hasText: "indicator-unknown" }).waitFor();
  await field.fill("");
  await desk.until("the newest value on the chart is the API's", async () => {
    const path = `/v1/symbols/${QUIET_SYMBOL}/indicators?defs=rsi_14&limit=1`;
    const { bars } = await trader.get<IndicatorsReply>(path);
    const drawn = JSON.parse((await page.locator("[data-chart]").getAttribute("data-newest")) ?? "{}");
    return JSON.stringify(drawn.values?.rsi_14) === JSON.stringify(bars[0]?.values["rsi_14"]);
  });
  await trader.trade("103", Date.now());
  await desk.until("it follows the stream", async () => {
    const path = `/v1/symbols/${QUIET_SYMBOL}/indicators?defs=rsi_14&limit=1`;
    const { bars } = await trader.get<IndicatorsReply>(path);
    const drawn = JSON.parse((await page.locator("[data-chart]").getAttribute("data-newest")) ?? "{}");
    return (
      drawn.t === bars[0]?.t &&
      JSON.stringify(drawn.values?.rsi_14) === JSON.stringify(bars[0]?.values["rsi_14"])
    );
  });
  await page.waitForTimeout(500);
  await desk.shot("indicators-dark");
  await page.locator('[data-indicator="macd_12_26_9"]').click();
  await page.locator('[data-chart][data-indicators="bbands_20_2,rsi_14"]').waitFor();
}

export async function walkTheStream(desk: Desk): Promise<void> {
  const { page } = desk;
  await desk.go(`#/symbols/${QUIET_SYMBOL}`);
  await desk.link("live");
  await page.locator('.stream-button[data-stream="live"]').click();
  const row = page.locator("dialog [data-topic^='quote.SIM:']").first();
  await row.getByText("live").waitFor();
  await desk.until("a lag", async () => /\d+ m?s/.test((await row.locator("td").nth(1).textContent()) ?? ""));
  await desk.shot("stream-dark");
  await page.keyboard.press("Escape");
}

export async function cutTheStream(desk: Desk): Promise<void> {
  const { page, trader } = desk;
  const routes: WebSocketRoute[] = [];
  const asked: string[] = [];
  let refuse = false;
  await page.routeWebSocket(/\/v1\/stream(\?|$)/, (route) => {
    if (refuse) return void route.close({ code: 1012 });
    routes.push(route);
    const server = route.connectToServer();
    route.onMessage((text) => {
      asked.push(String(text));
      server.send(text);
    });
  });
  // The stream that is open was not routed.
  await desk.go(`#/symbols/${QUIET_SYMBOL}`);
  await page.reload();
  await desk.link("live");
  await page.getByRole("button", { name: "Table" }).click();
  refuse = true;
  for (const route of routes) await route.close({ code: 1012 });
  await desk.link("reconnecting");
  const bars = (await trader.get<BarsReply>(`/v1/symbols/${QUIET_SYMBOL}/bars`)).bars;
  const bar = bars.at(-2);
  if (bar === undefined) throw new Error("the quiet symbol has too few bars");
  await trader.trade("111.25", bar.t + 2_000);
  asked.length = 0;
  refuse = false;
  await desk.link("live");
  await desk.until("what happened meanwhile", async () => (await desk.candleRow(bar.t))[2] === "111.25");
  assert.ok(
    asked.some((text) => text.includes('"restore"')),
    "it restores its session and does not begin anew",
  );
  await page.unrouteAll();
}
