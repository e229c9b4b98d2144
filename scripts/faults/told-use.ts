/**
 * What children tell of their use, waited for by what they say and not by a clock: a machine that is short of time asks later, and is given
 * as many asks.
 */
import type { ApiClient } from "../client.ts";
import type { ShownChild, ShownLimit, ShownQuota } from "./escrow-check.ts";

/**
 * A child tells all that it holds until its prices are there again. After that an ask that was on its way may still say so; then come the
 * account's, the desk's with it, and one to spare.
 */
const ROUNDS = 4;
/** Children that use something ask every 2.5 s; where one says nothing for so long it is lost, whatever the machine. */
const SILENT_MS_MAX = 30_000;
const LOOK_MS = 200;

export type Told = {
  /** None where what is told is what it should be. */
  readonly faults: readonly string[];
  readonly quotas: readonly HeardQuota[];
};
type HeardChild = ShownChild & { readonly heardMs: number };
type HeardLimit = Omit<ShownLimit, "children"> & { readonly children: readonly HeardChild[] };
export type HeardQuota = Omit<ShownQuota, "limits"> & { readonly limits: readonly HeardLimit[] };

/** The faults that stay after every child with a use, its prices there, was heard so often. */
export async function untilTold(
  look: () => Promise<Told>,
  isPriced: () => Promise<boolean>,
): Promise<readonly string[]> {
  let [since, rounds] = [Date.now(), 0];
  for (;;) {
    const askedAt = Date.now();
    const { faults, quotas } = await look();
    if (faults.length === 0 || rounds === ROUNDS) return faults;
    if (areHeard(quotas, askedAt - since) && (await isPriced())) {
      rounds += 1;
      since = Date.now();
    } else if (askedAt - since > SILENT_MS_MAX)
      return [...faults, `not everybody was heard with prices for ${askedAt - since} ms`];
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** Whoever told a use has told it again within the time. */
const areHeard = (quotas: readonly HeardQuota[], withinMs: number): boolean =>
  quotas.every(({ limits }) =>
    limits.every(({ children }) =>
      children.every(({ used, heardMs }) => Number(used) === 0 || heardMs < withinMs),
    ),
  );

/** Whether all that they hold or work has a price: until then they tell all that they hold. */
export async function arePriced(api: ApiClient, accounts: Iterable<string>): Promise<boolean> {
  for (const account of accounts) {
    const path = `/v1/accounts/${account}/exposures`;
    const { unpriced } = await api.get<{ readonly unpriced: readonly string[] }>(path);
    if (unpriced.length > 0) return false;
  }
  return true;
}
