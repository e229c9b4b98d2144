/** An account as a child of a firm that a test speaks for. */
import { accountReply } from "../../../src/contracts/accounts.ts";
import { limitsReply } from "../../../src/contracts/limits.ts";
import { AAPL, json, MSFT, RiskBench, WIDE } from "./bench.ts";
import type { FirmLimit } from "./fake-firm.ts";

export const GROSS: FirmLimit = { id: "gross", kind: "max-gross-exposure", threshold: "5000" };

/** A child of a firm with these limits, with a wide one of its own. */
export async function child(limits: readonly FirmLimit[] = [GROSS]) {
  const bench = new RiskBench();
  const firm = bench.firm();
  firm.limits(limits);
  await bench.account({ parent: "acme" });
  await bench.limits([WIDE]);
  await bench.price(AAPL, { last: "100" });
  await bench.price(MSFT, { last: "100" });
  return { bench, firm };
}

export const called = (bench: RiskBench) => bench.desk.parent.called();
export const shown = async (bench: RiskBench) => accountReply.parse(await bench.shown());
export const read = async (bench: RiskBench, version?: number) =>
  limitsReply.parse(json(await bench.desk.limits.find(bench.envelope(), version)));
