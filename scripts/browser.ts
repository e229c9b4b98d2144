/** `npm run test:browser`: the built product, and a Chromium without a window that does at the Console what a trader does. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { chromiumPath } from "./browser/chromium.ts";
import { Desk } from "./browser/desk.ts";
import { Fund } from "./browser/fund.ts";
import { House } from "./browser/house.ts";
import { lookAtAll } from "./browser/looks.ts";
import { Overseer } from "./browser/overseer.ts";
import { Trader } from "./browser/trader.ts";
import { WALKS, type Walk } from "./browser/walks.ts";
import { freePort, Stack } from "./faults/stack.ts";

const SHOTS = join(import.meta.dirname, "../dist/browser");

const executablePath = chromiumPath(process.env);
if (executablePath === undefined) {
  say("test:browser is skipped: there is no Chromium on this system (CHROMIUM_PATH names one elsewhere).");
} else process.exitCode = (await tried(executablePath)) ? 0 : 1;

async function tried(path: string): Promise<boolean> {
  const data = mkdtempSync(join(tmpdir(), "outcry-browser-"));
  rmSync(SHOTS, { recursive: true, force: true });
  mkdirSync(SHOTS, { recursive: true });
  const stack = await Stack.start({ data, port: await freePort(), feed: "sim" });
  // Nothing but our own page is opened, and a container's root has no sandbox.
  const browser = await chromium.launch({ executablePath: path, args: ["--no-sandbox"] });
  try {
    const { url, apiKey } = stack.dev;
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark" });
    const overseer = new Overseer(context, url);
    await overseer.listen();
    const trader = new Trader(stack.api);
    await trader.prepare();
    const fund = new Fund(stack.api);
    await fund.prepare();
    const house = new House(stack.api, apiKey);
    await house.prepare();
    const page = await context.newPage();
    const desk = new Desk({ page, url, apiKey, trader, fund, house, folder: SHOTS });
    let failed = 0;
    for (const walk of [
      ...WALKS,
      { name: "each view is legible, dark and light, wide and narrow", run: lookAtAll },
    ])
      if (!(await walked(walk, desk, overseer))) failed += 1;
    say(`${desk.shots.length} pictures to look at in ${SHOTS}`);
    say(failed === 0 ? "The Console holds." : `${failed} of ${WALKS.length + 1} ways failed.`);
    return failed === 0;
  } finally {
    await browser.close();
    await stack.stop();
    rmSync(data, { recursive: true, force: true });
  }
}

async function walked({ name, expected, run }: Walk, desk: Desk, overseer: Overseer): Promise<boolean> {
  try {
    await run(desk);
    await overseer.verdict(expected);
    say(`  ok      ${name}`);
    return true;
  } catch (error) {
    await desk.shot(`failed-${desk.shots.length}`);
    say(`  FAILED  ${name}\n${error instanceof Error ? error.stack : String(error)}`);
    return false;
  }
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
