/** Records as text in the shard's own tables, and back. Bigints are text. */
import { type Money, money } from "../../src/domain/money.ts";
import type { Account, Order } from "./state.ts";

type StoredOrder = Omit<Order, "filled"> & { readonly filled: string };
type StoredAccount = Omit<Account, "equity"> & { readonly equity: string };

export const encodeOrder = (order: Order): string =>
  JSON.stringify({ ...order, filled: String(order.filled) } satisfies StoredOrder);

// SAFETY: of these columns only the encoders here are the writers.
export function parseOrder(text: string): Order {
  const stored = JSON.parse(text) as StoredOrder;
  return { ...stored, filled: BigInt(stored.filled) };
}

export const encodeAccount = (account: Account): string =>
  JSON.stringify({ ...account, equity: String(account.equity) } satisfies StoredAccount);

export function parseAccount(text: string): Account {
  const stored = JSON.parse(text) as StoredAccount;
  return { ...stored, equity: moneyFrom(stored.equity) };
}

export const moneyFrom = (text: string): Money => money(BigInt(text));
