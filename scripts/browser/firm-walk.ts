/** Firms and desks: the tree, who has how much of a limit as it changes, and a state that holds for everything below. */
import assert from "node:assert/strict";
import type { Desk } from "./desk.ts";
import { DESK, FIRM, HOUSE_ACCOUNTS } from "./house.ts";

const digits = (text: string): string => text.replaceAll(/[\u202f\s]/g, "");

export async function walkFirms(desk: Desk): Promise<void> {
  const { page, house } = desk;
  const [atDesk, atFirm] = HOUSE_ACCOUNTS;
  assert.equal(await house.order(atDesk, "1000"), "accept");
  await desk.go("#/firms");
  const names = page.locator("table[aria-label='Firms and desks'] tbody th");
  await desk.until("the firm and its desk beneath it", async () => {
    const shown = (await names.allTextContents()).map((name) => name.trim());
    return shown.join() === [`firm ${FIRM}`, `desk ${DESK}`].join();
  });
  await page.locator("[data-row]", { hasText: FIRM }).click();
  const cells = async (node: string): Promise<string[]> =>
    (await page.locator(`.quota tr[data-key="${node}"] td.number`).allTextContents()).map(digits);
  await desk.until("what the order uses, in the account, the desk and the firm", async () => {
    const used = [];
    for (const node of [`account:${atDesk}`, `desk:${DESK}`, `firm:${FIRM}`])
      used.push((await cells(node))[0]);
    return used.length === 3 && used.every((one) => Number(one) >= 10_000);
  });
  // What the desk has to spare comes back first, which takes a while on a busy machine.
  await desk.until("room for another", async () => (await house.order(atFirm, "1000")) === "accept");
  await desk.until("the next account too, without a press", async () => {
    const [used] = await cells(`account:${atFirm}`);
    return Number(used) >= 10_000;
  });
  await desk.legible("a firm");
  await desk.shot("firm-dark");
  await page.locator(".quota .switch button", { hasText: "long" }).click();
  await page.locator(".quota h2", { hasText: `firm:${FIRM}/long` }).waitFor();
  await house.state("reducing", "the <b>desk</b> asks for a pause");
  await desk.sees("the <b>desk</b> asks for a pause");
  await page.locator(".detail-head .state-badge.reducing").first().waitFor();
  await desk.go(`#/accounts/${atDesk}`);
  await desk.sees("the <b>desk</b> asks for a pause");
  await desk.until("what the account holds of the firm's limits, and uses of it", async () => {
    const shown = page.locator("ul[aria-label='Limits from above'] li");
    const text = (await shown.allTextContents()).find((one) => one.includes(`firm:${FIRM}/long`)) ?? "";
    return /long.*of.*held, of/.test(text);
  });
  await desk.legible("an account below a desk");
  await desk.shot("account-below-desk-dark");
  await desk.go(`#/firms/firm:${FIRM}`);
  await page.locator(`.quota tr[data-key="desk:${DESK}"] a`).click();
  await desk.sees(`below firm:${FIRM}`);
  await desk.shot("desk-reducing-dark");
  await house.state("active", "it goes on");
  await page.keyboard.press("Escape");
  await desk.until("the list again", async () => new URL(page.url()).hash === "#/firms");
}
