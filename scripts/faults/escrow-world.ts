/** A firm with a desk and accounts below both, whose limits are so low that quota is always on its way from one to another. */
import type { ApiClient } from "../client.ts";
import { eventually } from "./audit.ts";

export const FIRM = "faults";
export const DESK = "faults-desk";
export const SYMBOLS = ["ESCROW:A", "ESCROW:B"] as const;
/** Every trade and every order is at this price, so that what is used can be added up by hand. */
export const PRICE = 100;

const AT_DESK = ["escrow-1", "escrow-2", "escrow-3", "escrow-4"] as const;
const AT_FIRM = ["escrow-5", "escrow-6", "escrow-7", "escrow-8"] as const;
export const ACCOUNTS: readonly string[] = [...AT_DESK, ...AT_FIRM];

export const FIRM_LIMITS = [
  { id: "gross", kind: "max-gross-exposure", threshold: "40000", action: "reduce" },
  { id: "net", kind: "max-net-exposure", threshold: "24000" },
  { id: "pace", kind: "max-order-rate", threshold: "400", windowMs: 5_000 },
] as const;
export const DESK_LIMITS = [{ id: "long", kind: "max-long-notional", threshold: "9000" }] as const;

/** Of the accounts themselves: never in the way. */
const OWN_LIMITS = [{ id: "clip", kind: "max-order-qty", threshold: "1000", action: "reject" }];
const INSTRUMENT = {
  ...{ type: "equity", exchange: "ESCROW", currency: "USD", timezone: "UTC", session: "24x7" },
  ...{ status: "active", tickSize: "0.01", lotSize: "1", multiplier: "1" },
};

export async function prepareTree(api: ApiClient): Promise<void> {
  for (const symbol of SYMBOLS)
    await api.put(`/v1/instruments/${symbol}`, { ...INSTRUMENT, description: symbol });
  await api.put(`/v1/firms/${FIRM}`, { currency: "USD" });
  await api.put(`/v1/firms/${FIRM}/limits`, { limits: FIRM_LIMITS });
  await api.put(`/v1/desks/${DESK}`, { currency: "USD", parent: FIRM });
  await api.put(`/v1/desks/${DESK}/limits`, { limits: DESK_LIMITS });
  for (const account of ACCOUNTS) {
    const parent = isAtDesk(account) ? DESK : FIRM;
    await api.put(`/v1/accounts/${account}`, { currency: "USD", equity: "1000000", parent });
    await api.put(`/v1/accounts/${account}/limits`, { limits: OWN_LIMITS });
  }
}

export const isAtDesk = (account: string): boolean => AT_DESK.some((one) => one === account);

/** Of money 12 decimals are kept; a net limit is one of its long and one of its short side. */
const MONEY = 10n ** 12n;
type Limit = { readonly id: string; readonly kind: string; readonly threshold: string };

/** How much of each budget there is, in whole numbers. */
export function budgetsOf(node: string, limits: readonly Limit[]): ReadonlyMap<string, bigint> {
  return new Map(
    limits.flatMap(({ id, kind, threshold }) => {
      const amount = BigInt(threshold) * (kind === "max-order-rate" ? 1n : MONEY);
      const halves = kind === "max-net-exposure" ? ["/long", "/short"] : [""];
      return halves.map((half) => [`${node}/${id}${half}`, amount] as const);
    }),
  );
}

/** Objects are named by the tenant; the firm is one of them. */
export async function tenantOf(api: ApiClient, firm: string): Promise<string> {
  // They say every few seconds that they are there.
  const names = await eventually(
    async () => {
      const { items } = await api.get<{ items: readonly { name: string }[] }>("/v1/actors?limit=1000");
      return items.map(({ name }) => name).filter((name) => name.endsWith(`/${firm}`));
    },
    ({ length }) => length > 0,
  );
  const [name] = names;
  if (name === undefined) throw new Error("the firm has no object");
  return name.slice(0, name.indexOf("/"));
}
