/** Everything without a mouse: the keys that the page names, the tabulator, and a focus that can be seen. */
import assert from "node:assert/strict";
import type { Desk } from "./desk.ts";
import { SYMBOL } from "./trader.ts";

export async function walkByKeys(desk: Desk): Promise<void> {
  const { page } = desk;
  const focused = (selector: string): Promise<boolean> =>
    page.evaluate<boolean>(`document.activeElement.matches(${JSON.stringify(selector)})`);
  const at = (fragment: string): Promise<void> =>
    desk.until(`the address is ${fragment}`, async () => new URL(page.url()).hash === fragment);
  await page.keyboard.press("Escape");
  for (const [key, view] of [
    ["a", "accounts"],
    ["f", "firms"],
    ["t", "strategies"],
    ["y", "system"],
    ["s", "symbols"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await at(`#/${view}`);
  }
  await page.locator("[data-row]").nth(2).waitFor();
  await page.keyboard.press("/");
  assert.ok(await focused("[data-search]"), "/ leads to the search");
  await page.keyboard.type("ROCK");
  await desk.until("one row", async () => (await page.locator("[data-row]").count()) === 1);
  await page.keyboard.press("ArrowDown");
  assert.ok(await focused("[data-row]"), "the arrow leads to what was found");
  await page.keyboard.press("Enter");
  await at(`#/symbols/${SYMBOL}`);
  await page.keyboard.press("Escape");
  await at("#/symbols");
  await page.keyboard.press("?");
  await page.locator("dialog[open]").waitFor();
  await desk.shot("keys-dark");
  await page.keyboard.press("Escape");
  await desk.until("the dialog is closed", async () => (await page.locator("dialog[open]").count()) === 0);
  await page.keyboard.press("d");
  assert.equal(await page.evaluate("document.documentElement.dataset.theme"), "light");
  await page.keyboard.press("d");
  // A page that was just opened has no place from which the tabulator goes on.
  await page.reload();
  await page.locator("[data-row]").first().waitFor();
  const stops: string[] = [];
  for (let stop = 0; stop < 12; stop++) {
    await page.keyboard.press("Tab");
    stops.push(
      await page.evaluate<string>(
        "(document.activeElement.innerText || document.activeElement.placeholder || '').trim()",
      ),
    );
    const outlined = await page.evaluate<boolean>(
      "[undefined, '::after'].some((part) => getComputedStyle(document.activeElement, part).outlineStyle !== 'none')",
    );
    assert.ok(outlined, `the focus can be seen on ${stops.at(-1)}`);
  }
  assert.deepEqual(stops.slice(0, 3), ["Skip to the content", "Outcry", "Symbols"]);
}
