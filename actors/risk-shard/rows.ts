/** Records as text in the shard's own tables, and back. Bigints are text. */
import type { Symbol } from "../../src/domain/ids.ts";
import { type Money, money } from "../../src/domain/money.ts";
import type { TimeInForce } from "../../src/domain/order.ts";
import type { OrderSince } from "./order-since.ts";
import type { Account, Order } from "./state.ts";

type StoredOrder = Omit<Order, "filled"> & { readonly filled: string };
type StoredAccount = Omit<Account, "equity"> & { readonly equity: string };

/** Ids and words hold nothing that JSON escapes. */
export function encodeOrder(order: Order): string {
  const { seq, clientOrderId, orderId, strategy, symbol, side, type, qty, price, stopPrice } = order;
  const about = `${seq},"${clientOrderId}","${orderId}","${strategy}","${symbol}","${side}","${type}",${qty}`;
  const prices = `${price ?? null},${stopPrice ?? null},${quoted(order.timeInForce)},${order.valuedAt}`;
  const stand = `"${order.filled}","${order.status}",${order.acceptedAt}`;
  const pair = `${quoted(order.replaces)},${quoted(order.partner)},${order.provenByFill === true}${order.reduceOnly === true ? ",true" : ""}`;
  return `[[${about}],[${prices}],[${stand}],[${pair}]${seldomText(order)}]`;
}

/** What few orders have: the form of all others is that of the versions before. */
function seldomText({ adjusted, acknowledgedAt, venueOrderId, expiresAt, connection }: Order): string {
  const isShort = (acknowledgedAt ?? venueOrderId ?? expiresAt ?? connection) === undefined;
  if (isShort) return adjusted === undefined ? "" : `,${JSON.stringify(adjusted)}`;
  const late = { acknowledgedAt, venueOrderId, expiresAt, connection };
  return `,${JSON.stringify(adjusted ?? null)},${JSON.stringify(late)}`;
}

const quoted = (text: string | undefined): string => (text === undefined ? "null" : `"${text}"`);

type EncodedOrder = readonly [
  about: readonly [
    seq: number,
    clientOrderId: string,
    orderId: string,
    strategy: string,
    symbol: Symbol,
    side: Order["side"],
    type: Order["type"],
    qty: number,
  ],
  prices: readonly [
    price: number | null,
    stopPrice: number | null,
    timeInForce: TimeInForce | null,
    valuedAt: number,
  ],
  stand: readonly [filled: string, status: Order["status"], acceptedAt: number],
  pair: readonly [replaces: string | null, partner: string | null, provenByFill: boolean, reduceOnly?: true],
  adjusted?: readonly string[] | null,
  late?: OrderSince,
];

// SAFETY: of these columns only the encoders here are the writers; an order was an object once.
export function parseOrder(text: string): Order {
  const stored = JSON.parse(text) as EncodedOrder | StoredOrder;
  return "filled" in stored ? { ...stored, filled: BigInt(stored.filled) } : decodeOrder(stored);
}

function decodeOrder([about, prices, stand, pair, adjusted, late]: EncodedOrder): Order {
  const [seq, clientOrderId, orderId, strategy, symbol, side, type, qty] = about;
  const [price, stopPrice, timeInForce, valuedAt] = prices;
  const [filled, status, acceptedAt] = stand;
  const [replaces, partner, provenByFill, reduceOnly] = pair;
  return {
    ...{ seq, clientOrderId, orderId, strategy, symbol, side, type, qty },
    ...(price === null ? {} : { price }),
    ...(stopPrice === null ? {} : { stopPrice }),
    ...(timeInForce === null ? {} : { timeInForce }),
    ...(reduceOnly ? { reduceOnly } : {}),
    ...{ valuedAt, filled: BigInt(filled), status, acceptedAt },
    ...(replaces === null ? {} : { replaces }),
    ...(partner === null ? {} : { partner }),
    ...(provenByFill ? { provenByFill } : {}),
    ...(adjusted === undefined || adjusted === null ? {} : { adjusted }),
    ...late,
  };
}

export const encodeAccount = (account: Account): string =>
  JSON.stringify({ ...account, equity: String(account.equity) } satisfies StoredAccount);

export function parseAccount(text: string): Account {
  const stored = JSON.parse(text) as StoredAccount;
  return { ...stored, equity: moneyFrom(stored.equity) };
}

export const moneyFrom = (text: string): Money => money(BigInt(text));
