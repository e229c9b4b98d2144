/** What somebody does at the Console, each way with what must be true on it. */
import assert from "node:assert/strict";
import type { BarsReply } from "../../src/contracts/bars.ts";
import type { Desk } from "./desk.ts";
import { walkFirms } from "./firm-walk.ts";
import { walkByKeys } from "./keyboard.ts";
import { cutTheStream, walkIndicators, walkTheBook, walkTheStream } from "./market-walks.ts";
import { walkDifferences, walkGroup, walkMoney, walkStrategy } from "./money-walks.ts";
import { ACCOUNT, HOSTILE, QUIET_SYMBOL, SYMBOL } from "./trader.ts";

export type Walk = {
  readonly name: string;
  /** Errors in the browser's console that the walk causes on purpose. */
  readonly expected?: RegExp;
  readonly run: (desk: Desk) => Promise<void>;
};

const MINUTE_MS = 60_000;

export const WALKS: readonly Walk[] = [
  {
    name: "a key that is unknown is refused in words, and a good one opens the page",
    expected: /401/,
    run: async (desk) => {
      const { page, url, apiKey } = desk;
      await page.goto(url);
      await desk.shot("sign-in-dark");
      await page.getByLabel("API key").fill("ok_nobody_0000");
      await page.keyboard.press("Enter");
      await desk.sees("This key was refused");
      await page.getByLabel("API key").fill(apiKey);
      await page.keyboard.press("Enter");
      await desk.sees(SYMBOL);
    },
  },
  {
    name: "the link that npm start prints brings its key, which leaves the address and can be forgotten",
    run: async (desk) => {
      const { page, url, apiKey } = desk;
      await page.evaluate("sessionStorage.clear()");
      await page.goto("about:blank");
      await page.goto(`${url}/#key=${apiKey}`);
      await desk.sees(SYMBOL);
      assert.equal(page.url(), `${url}/#/symbols`);
      await page.getByRole("button", { name: "Forget key" }).click();
      await desk.sees("Open the Console");
      assert.equal(await page.evaluate("sessionStorage.length"), 0);
      await page.goto("about:blank");
      await page.goto(`${url}/#key=${apiKey}`);
      await desk.sees(SYMBOL);
    },
  },
  {
    name: "the list is live, and a name with HTML in it stays text",
    run: async (desk) => {
      const { page } = desk;
      const row = page.locator("tr", { hasText: SYMBOL });
      await desk.until("a streamed row", async () => (await row.locator(".source.streamed").count()) === 1);
      const price = row.locator(".price");
      const before = await price.textContent();
      await desk.until("another price", async () => (await price.textContent()) !== before);
      await desk.sees(HOSTILE);
      assert.deepEqual([await page.locator("img[src=x]").count(), await page.title()], [0, "Outcry"]);
      await desk.shot("symbols-dark");
    },
  },
  {
    name: "a chart draws what the API has, and follows it",
    run: async (desk) => {
      await desk.page.getByRole("link", { name: SYMBOL, exact: true }).click();
      await desk.link("live");
      const first = await desk.newestCandle();
      await desk.until("the chart's newest candle is the API's bar", async () => {
        const { bars } = await desk.trader.get<BarsReply>(`/v1/symbols/${SYMBOL}/bars?resolution=1&limit=1`);
        const [bar] = bars;
        const { t, o, h, l, c, v, n } = await desk.newestCandle();
        return (
          JSON.stringify([t, o, h, l, c, v, n]) ===
          JSON.stringify([bar?.t, bar?.o, bar?.h, bar?.l, bar?.c, bar?.v, bar?.n])
        );
      });
      await desk.until("more trades in the chart", async () => (await desk.newestCandle()).n !== first.n);
      assert.equal(
        await desk.page.locator("#tv-attr-logo").isVisible(),
        true,
        "TradingView is named on the chart",
      );
      await desk.shot("symbol-dark");
      for (const resolution of ["5", "1D", "1"]) {
        await desk.page.locator(".switch a", { hasText: new RegExp(`^${resolution}$`) }).click();
        await desk.until(
          "candles of that width",
          async () => (await desk.page.locator("[data-legend]").count()) === 1,
        );
      }
    },
  },
  {
    name: "a late trade revises a bar on the chart",
    run: async (desk) => {
      const { page, trader } = desk;
      await desk.go(`#/symbols/${QUIET_SYMBOL}`);
      await desk.link("live");
      await page.getByRole("button", { name: "Table" }).click();
      const bars = (await trader.get<BarsReply>(`/v1/symbols/${QUIET_SYMBOL}/bars`)).bars;
      const bar = bars.at(-2);
      if (bar === undefined) throw new Error("the quiet symbol has too few bars");
      await desk.until(
        "the bar before it is revised",
        async () => (await desk.candleRow(bar.t))[2] === "100",
      );
      await trader.trade("107.5", bar.t + 1_000);
      await desk.until("the revision in the chart", async () => {
        const row = await desk.candleRow(bar.t);
        return row[2] === "107.5" && row.at(-1) === "revised";
      });
      assert.match((await desk.candleRow(bar.t))[0] ?? "", /^\d{4}-\d\d-\d\d \d\d:\d\d$/);
      await trader.trade("99", bar.t - MINUTE_MS * 2 + 500);
      await desk.shot("revision-dark");
    },
  },
  {
    name: "whoever scrolls back gets older bars, page by page",
    run: async (desk) => {
      const { page, trader } = desk;
      await desk.go(`#/symbols/${QUIET_SYMBOL}`);
      const chart = page.locator("[data-chart]");
      const drawn = async (): Promise<number> => Number(await chart.getAttribute("data-candles"));
      await desk.until("a page of bars", async () => (await drawn()) >= 300);
      const { nextCursor } = await trader.get<BarsReply>(`/v1/symbols/${QUIET_SYMBOL}/bars`);
      assert.notEqual(nextCursor, null, "there is more than a page");
      await chart.hover();
      await desk.until("all bars of half a day", async () => {
        await page.mouse.wheel(-1_500, 0);
        return (await drawn()) > 700;
      });
      await page.mouse.wheel(1_000, 0);
      await desk.shot("scrolled-back-dark");
    },
  },
  {
    name: "a label stands on the chart from when it is put until it is deleted, and HTML in it stays text",
    run: async (desk) => {
      const { page, trader } = desk;
      // Another view, so that the chart begins anew with its newest bars.
      await desk.go("#/accounts");
      await desk.go(`#/symbols/${QUIET_SYMBOL}`);
      const labels = (count: number) => page.locator(`[data-chart][data-labels="${count}"]`).waitFor();
      await labels(0);
      const id = await trader.label(HOSTILE);
      await labels(1);
      assert.deepEqual([await page.locator("img[src=x]").count(), await page.title()], [0, "Outcry"]);
      await desk.shot("label-dark");
      await trader.unlabel(id);
      await labels(0);
    },
  },
  {
    name: "a stream that is cut is said to reconnect, and comes back with what it missed",
    run: cutTheStream,
  },
  { name: "a book stands as a ladder, follows each change and says what it means", run: walkTheBook },
  {
    name: "indicators stand over and beneath the candles and follow them",
    expected: /404|422/,
    run: walkIndicators,
  },
  { name: "the stream says how each topic stands and how late it is", run: walkTheStream },
  {
    name: "an account shows its limits, and explains a rejected order check by check as it is decided",
    run: async (desk) => {
      const { page, trader } = desk;
      await desk.go("#/accounts");
      await page.getByRole("link", { name: ACCOUNT, exact: true }).click();
      await desk.link("live");
      await desk.sees("max-position-qty");
      await page.locator(".limit-bars li").nth(4).waitFor();
      await page.locator(".limit-bars .utilisation").nth(1).waitFor();
      await trader.order("too-much", "400000");
      const row = page.locator(".decision", { hasText: "too-much" });
      await row.locator("a").click();
      await row.getByText("Rejected: max-order-notional fails").waitFor();
      const failing = row.locator("tr.fail", { hasText: "max-order-notional" });
      assert.match(
        (await failing.textContent()) ?? "",
        /500\u202f000.*\u2212/,
        "limit and negative headroom",
      );
      assert.ok((await row.locator("tbody tr, .plain-checks dd").count()) > 15, "every check is there");
      await row.getByText("byte by byte").waitFor();
      await desk.legible("a decision");
      await desk.shot("decision-dark");
      await page.reload();
      await row.getByText("byte by byte").waitFor();
      await desk.shot("decision-by-its-address-dark");
      await page.keyboard.press("Escape");
      await desk.until(
        "it is closed",
        async () => (await page.locator("[aria-expanded=true]").count()) === 0,
      );
      await page.locator(".decision", { hasText: "large" }).locator("a").click();
      await desk.sees(/\d+ of 300 are accepted/);
    },
  },
  {
    name: "a key that may only look follows an account all the same",
    run: async (desk) => {
      const { page, url, apiKey, trader } = desk;
      await page.goto("about:blank");
      await page.goto(`${url}/#key=${await trader.readingKey()}`);
      await desk.sees(SYMBOL);
      await desk.go(`#/accounts/${ACCOUNT}`);
      await desk.link("live");
      await trader.order("seen-by-looking", "400000");
      await page.locator(".decision", { hasText: "seen-by-looking" }).waitFor();
      await desk.shot("reading-key-dark");
      await page.goto("about:blank");
      await page.goto(`${url}/#key=${apiKey}`);
      await desk.sees(SYMBOL);
    },
  },
  {
    name: "a firm shows who has how much of its limits, down to the accounts, and a state that holds below",
    run: walkFirms,
  },
  {
    name: "a strategy has its profit and loss as a chart and in figures",
    run: async (desk) => {
      const { page, trader } = desk;
      await desk.go("#/strategies");
      await page.locator("[data-row]", { hasText: "carry" }).click();
      await desk.link("live");
      const first = await desk.newestCandle();
      await desk.until("the chart follows", async () => (await desk.newestCandle()).n !== first.n);
      const pnl = await trader.get<{ realised: string }>(`/v1/strategies/${trader.strategy}/pnl`);
      assert.equal(pnl.realised, "0");
      await desk.sees("Unrealised");
      await page.locator(".strategy-grid tbody tr", { hasText: SYMBOL }).waitFor();
      await desk.shot("strategy-dark");
    },
  },
  {
    name: "an account shows its money by currency, and follows what is paid in, filled and busted",
    run: walkMoney,
  },
  { name: "what a broker says else is listed beside what is held", run: walkDifferences },
  {
    name: "a strategy shows its legs with their targets, its statistics, its state and candles of a chosen width",
    run: walkStrategy,
  },
  { name: "a group of strategies shows what they make together, and each of them", run: walkGroup },
  {
    name: "the system page names the actors, and one of them in full",
    run: async (desk) => {
      const { page } = desk;
      await desk.go("#/system");
      await desk.sees("postgres");
      const row = page.getByRole("link", { name: `symbol ${SYMBOL}`, exact: true });
      await row.waitFor();
      await desk.shot("system-dark");
      await row.click();
      await page.locator(".actor").getByText("Mailbox").waitFor();
      await desk.shot("actor-dark");
    },
  },
  { name: "the keyboard leads everywhere", run: walkByKeys },
  {
    name: "what does not exist is said in words",
    expected: /404|422/,
    run: async (desk) => {
      for (const fragment of [
        "#/symbols/NO:SUCH",
        "#/accounts/nobody",
        "#/firms/firm:nobody",
        "#/firms/desk:nobody",
        "#/strategies/none",
        "#/strategies/group:none",
        `#/accounts/${encodeURIComponent(HOSTILE)}`,
      ]) {
        await desk.go(fragment);
        await desk.page.locator(".told.failure").first().waitFor();
      }
      assert.equal(await desk.page.locator("img[src=x]").count(), 0);
      await desk.go("#/symbols");
      await desk.sees(SYMBOL);
    },
  },
];
