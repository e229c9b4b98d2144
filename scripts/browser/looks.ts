/** Each view in each light and on each screen: a picture to look at, nothing over the edge, nothing too faint. */
import type { Desk } from "./desk.ts";
import { FUND, GROUP } from "./fund.ts";
import { FIRM } from "./house.ts";
import { ACCOUNT, SYMBOL } from "./trader.ts";

const SCREENS = [
  { name: "wide", width: 1440, height: 900 },
  { name: "narrow", width: 390, height: 844 },
] as const;

/** Each view settles: figures come, the light of a changed price fades. */
const SETTLE_MS = 1_500;

export async function lookAtAll(desk: Desk): Promise<void> {
  const { page } = desk;
  const views = [
    ["symbols", "#/symbols"],
    ["symbol", `#/symbols/${SYMBOL}`],
    ["accounts", "#/accounts"],
    ["account", `#/accounts/${ACCOUNT}`],
    ["fund", `#/accounts/${FUND}`],
    ["firms", "#/firms"],
    ["firm", `#/firms/firm:${FIRM}`],
    ["strategies", "#/strategies"],
    ["strategy", `#/strategies/${desk.trader.strategy}`],
    ["legs", `#/strategies/${desk.fund.strategies[0]}?res=5`],
    ["group", `#/strategies/group:${GROUP}`],
    ["system", "#/system"],
  ] as const;
  for (const scheme of ["dark", "light"] as const) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate("delete document.documentElement.dataset.theme");
    for (const { name, width, height } of SCREENS) {
      await page.setViewportSize({ width, height });
      for (const [view, fragment] of views) {
        await desk.go(fragment);
        await page.waitForTimeout(SETTLE_MS);
        if (view === "account") await explain(desk);
        await desk.legible(`${view}, ${scheme}, ${name}`);
        await desk.shot(`${view}-${scheme}-${name}`);
      }
    }
  }
}

async function explain({ page }: Desk): Promise<void> {
  const rejected = page.locator(".decision.reject a").first();
  await rejected.click();
  await page.locator(".decision.reject tr.fail").first().waitFor();
}
