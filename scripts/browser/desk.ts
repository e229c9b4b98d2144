/** A browser with the Console in it, and what the walks do with it. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import type { BarObject } from "../../src/contracts/bars.ts";
import { faintTexts } from "./contrast.ts";
import type { Fund } from "./fund.ts";
import type { House } from "./house.ts";
import type { Trader } from "./trader.ts";

/** What should be there at once may take this long on a busy machine. */
export const PATIENCE_MS = 20_000;

export type DeskParts = {
  readonly page: Page;
  readonly url: string;
  readonly apiKey: string;
  readonly trader: Trader;
  readonly fund: Fund;
  readonly house: House;
  readonly folder: string;
};

export class Desk {
  readonly page: Page;
  readonly url: string;
  readonly apiKey: string;
  readonly trader: Trader;
  readonly fund: Fund;
  readonly house: House;
  readonly shots: string[] = [];
  readonly #folder: string;

  constructor({ page, url, apiKey, trader, fund, house, folder }: DeskParts) {
    this.page = page;
    this.url = url;
    this.apiKey = apiKey;
    this.trader = trader;
    this.fund = fund;
    this.house = house;
    this.#folder = folder;
  }

  async go(fragment: string): Promise<void> {
    await this.page.evaluate(`location.hash = ${JSON.stringify(fragment)}`);
  }

  /** Until the text is on the page. */
  async sees(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).first().waitFor({ timeout: PATIENCE_MS });
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + PATIENCE_MS;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`not in time: ${what}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** The link badge of what is open. */
  async link(state: string): Promise<void> {
    await this.page.locator(`.detail .badge.link-${state}`).waitFor({ timeout: PATIENCE_MS });
  }

  /** The newest candle, read back from the chart. */
  async newestCandle(): Promise<BarObject> {
    const text = await this.page
      .locator("[data-legend]")
      .first()
      .getAttribute("data-legend", { timeout: PATIENCE_MS });
    return JSON.parse(text ?? "null");
  }

  /** The columns of that minute in the table beneath the chart, which shows what the chart holds. */
  candleRow(t: number): Promise<string[]> {
    return this.page.locator(`[data-candle="${t}"] td`).allTextContents();
  }

  async shot(name: string): Promise<void> {
    const path = join(this.#folder, `${name}.png`);
    await this.page.screenshot({ path });
    this.shots.push(path);
  }

  /** Nothing hangs over the edge, and all can be read. */
  async legible(where: string): Promise<void> {
    const [wide, shown] = await this.page.evaluate<[number, number]>(
      "[document.documentElement.scrollWidth, document.documentElement.clientWidth]",
    );
    assert.ok(wide <= shown, `${where} is ${wide} wide on a screen of ${shown}`);
    const clipped = await this.page.evaluate<string[]>(
      "[...document.querySelectorAll('.panel, .scroll')].filter((one) => one.scrollWidth > one.clientWidth && getComputedStyle(one).overflowX !== 'auto').map((one) => one.ariaLabel)",
    );
    assert.deepEqual(clipped, [], `${where} has panels that are cut off`);
    assert.deepEqual(await faintTexts(this.page), [], `${where} has texts of too little contrast`);
  }
}
