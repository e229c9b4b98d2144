/**
 * What the facts of a risk shard say, as JSON. Projections read these payloads, so a field is added and never changed.
 * Decimals are text: quantities and prices in units of the instrument, money in the account's currency. Times are epoch ms. Absent is null.
 *
 * | kind | payload |
 * |---|---|
 * | `account-put` | AccountPutFact (`account-facts.ts`) |
 * | `limits-put` | LimitsPutFact, as well |
 * | `limits-planned` | what waits, and what became of it (`limit-records.ts`) |
 * | `state-set` | StateSetFact |
 * | `mass-cancel-asked` | MassCancelAskedFact (`mass-cancel.ts`), one for each part |
 * | `order-decided` | OrderDecidedFact |
 * | `execution-booked` | ExecutionBookedFact |
 * | `violation-raised` | ViolationRaisedFact (`watch-events.ts`, as the next four) |
 * | `violation-resolved`, `limit-tripped`, `limit-released`, `utilisation-level` | their own |
 * | `quota-held`, `parent-book` | QuotaHeldFact, ParentBookFact (`parent-events.ts`) |
 * | `part-adopted`, `part-joined`, `part-fenced`, `part-imported`, `part-exported`, `part-counted`, `part-aborted` | of a part of a split account (`parts-events.ts`) |
 * | `execution-revised` | ExecutionRevisedFact (`book-facts.ts`, as the next three) |
 * | `cash-moved` | CashMovedFact |
 * | `corporate-action-applied` | ActionAppliedFact |
 * | `position-drift` | PositionDriftFact |
 * | `account-snapshot` | AccountSnapshotFact (`snapshot-facts.ts`), one for each part |
 * | `strategy-opened`, `strategy-amended`, `strategy-closed`, `fill-booked`, `holding-revised` | StrategyNews (`actors/strategy/messages.ts`), of the type that is the kind |
 *
 * `fill-booked` and `holding-revised` repeat, for a strategy alone, what other facts say of the same: a projection reads one of them.
 */
import { decimalText } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import type { ExecutionType } from "../../src/domain/order.ts";
import { accountPut, limitsPut } from "./account-facts.ts";
import { adjustedFact, bookImportedFact, reconciledFact } from "./adjust-facts.ts";
import {
  actionApplied,
  cashMoved,
  executionRevised,
  type OrderFact,
  orderFact,
  type PositionFact,
  positionDrift,
  positionFact,
  type RevisedFact,
  revisionFact,
  type Scales,
} from "./book-facts.ts";
import type { CheckRow } from "./check-rows.ts";
import type { ExecutionBooked, OrderDecided, RiskEvent, StateSet } from "./events.ts";
import type { EncodedInputs } from "./inputs-codec.ts";
import { limitsPlannedText } from "./limit-records.ts";
import { massCancelFact } from "./mass-cancel.ts";
import type { StrategyNews } from "./messages.ts";
import { parentFact } from "./parent-events.ts";
import { isPartEvent, partFact } from "./parts-events.ts";
import { watchFact } from "./watch-events.ts";

export type { AccountPutFact, LimitsPutFact } from "./account-facts.ts";

export type StateSetFact = {
  readonly scope: { readonly kind: string; readonly id?: string };
  readonly state: string;
  readonly reason: string;
  readonly by: string;
  readonly at: number;
};

export type OrderDecidedFact = {
  readonly clientOrderId: string;
  /** Null where rejected. */
  readonly orderId: string | null;
  readonly strategy: string | null;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  readonly type: string;
  readonly qty: string;
  readonly price: string | null;
  readonly stopPrice: string | null;
  readonly timeInForce: string | null;
  readonly reduceOnly: boolean;
  readonly replaces: string | null;
  /** Absent where its sender set none. */
  readonly ttlMs?: number;
  readonly decision: "accept" | "reduce" | "reject";
  readonly allowedQty: string;
  readonly code: string | null;
  readonly limitsVersion: number;
  /** One letter (p, w, f, s) for each built-in check in the registry's order, then checks with their numbers. */
  readonly verdicts: string;
  readonly checks: readonly CheckRow[];
  /** Integers from which the checks can be made again; null where none was made, since the id had been used. */
  readonly inputs: EncodedInputs | null;
  readonly at: number;
};

export type ExecutionBookedFact = {
  readonly execId: string;
  readonly type: ExecutionType;
  /** Null for the opening leg of a strategy. */
  readonly clientOrderId: string | null;
  readonly strategy: string | null;
  readonly symbol: string;
  readonly side: "buy" | "sell";
  /** Of a fill, else null. */
  readonly qty: string | null;
  readonly price: string | null;
  readonly fee: string | null;
  readonly ts: number;
  readonly opening: boolean;
  /** Orders as they stand afterwards: the one that the report names, and the other of an order and its replacement. */
  readonly orders: readonly OrderFact[];
  /** As it stands after a fill, a bust or a correction, else null. `cost` is Σ(|qty| × price) of what is held. */
  readonly position: PositionFact | null;
  /** Of the instrument: `fee` and `realised` are in it. Absent, as what follows, in facts of a version that did not tell. */
  readonly currency?: string;
  /** By a fill, at average cost, else null. */
  readonly realised?: string | null;
  /** Of a late fill from before a split, where a fraction of a share is another since. */
  readonly funding?: string;
  /** Of a bust or a correction: the fill that it is about, and by how much each entry of its line is another since. */
  readonly refExecId?: string;
  readonly revised?: readonly RevisedFact[];
  /** Of an acknowledgement, where it said one. */
  readonly venueOrderId?: string;
  /** Of an expiry that no venue reported: the order's own time was over. */
  readonly reason?: "ttl";
  readonly at: number;
};

/** `scalesOf` answers for the symbols of booked executions, whose instruments are always known. */
export function factOf(
  event: RiskEvent,
  scalesOf: (symbol: string) => Scales,
): { kind: string; payload: string } {
  if (isPartEvent(event)) return fact(event.kind, partFact(event));
  switch (event.kind) {
    case "account-put":
      return fact(event.kind, accountPut(event));
    case "limits-put":
      return { kind: event.kind, payload: limitsPut(event) };
    case "limits-planned":
      return { kind: event.kind, payload: limitsPlannedText(event) };
    case "state-set":
      return fact(event.kind, stateSet(event));
    case "mass-cancel-asked":
      return fact(event.kind, massCancelFact(event));
    case "order-decided":
      return { kind: event.kind, payload: orderDecided(event) };
    case "execution-booked":
      return fact(event.kind, executionBooked(event, scalesOf(event.symbol)));
    case "violation-raised":
    case "violation-resolved":
    case "limit-tripped":
    case "limit-released":
    case "utilisation-level":
      return fact(event.kind, watchFact(event));
    case "quota-held":
    case "parent-book":
      return fact(event.kind, parentFact(event));
    case "execution-revised":
      return fact(event.kind, executionRevised(event, scalesOf(event.symbol)));
    case "cash-moved":
      return fact(
        event.kind,
        cashMoved(event, event.symbol === undefined ? 0 : scalesOf(event.symbol).sizeScale),
      );
    case "corporate-action-applied":
      return fact(event.kind, actionApplied(event, scalesOf(event.symbol)));
    case "position-drift":
      return fact(event.kind, positionDrift(event, scalesOf(event.symbol).sizeScale));
    case "adjusted":
      return fact(
        event.kind,
        adjustedFact(event, event.symbol === undefined ? undefined : scalesOf(event.symbol)),
      );
    case "reconciled":
      return fact(event.kind, reconciledFact(event));
    case "book-imported":
      return fact(event.kind, bookImportedFact(event));
    case "account-snapshot":
      return { kind: event.kind, payload: event.payload };
    case "strategy-changed":
    case "fill-news":
      return fact<StrategyNews>(event.news.type, event.news);
  }
}

const fact = <Payload>(kind: string, payload: Payload) => ({ kind, payload: JSON.stringify(payload) });
const orNull = (text: string): string | null => (text === "" ? null : text);

const stateSet = ({ standing }: StateSet): StateSetFact => standing;

/** An `OrderDecidedFact`. Checks and inputs are text already; ids, codes and decimals hold nothing that JSON escapes. */
function orderDecided(event: OrderDecided): string {
  const quoted = (text: string | undefined): string => (text === undefined ? "null" : `"${text}"`);
  const { terms, orders } = event;
  const { strategy, symbol, side, type, qty, timeInForce, reduceOnly } = terms;
  const ids = `"clientOrderId":"${terms.clientOrderId}","orderId":${quoted(orders[0]?.orderId)},"strategy":${quoted(strategy || undefined)}`;
  const order = `"symbol":"${symbol}","side":"${side}","type":"${type}","qty":"${qty}"`;
  const prices = `"price":${quoted(terms.price)},"stopPrice":${quoted(terms.stopPrice)}`;
  const ttl = terms.ttlMs === undefined ? "" : `,"ttlMs":${terms.ttlMs}`;
  const rest = `"timeInForce":${quoted(timeInForce)},"reduceOnly":${reduceOnly},"replaces":${quoted(terms.replaces)}${ttl}`;
  const found = `"decision":"${event.decision}","allowedQty":"${event.allowedQty}","code":${quoted(event.code)}`;
  const checks = `"limitsVersion":${event.limitsVersion},"verdicts":"${event.verdicts}","checks":${event.checks}`;
  return `{${ids},${order},${prices},${rest},${found},${checks},"inputs":${event.inputs ?? "null"},"at":${event.at}}`;
}

function executionBooked(event: ExecutionBooked, scales: Scales): ExecutionBookedFact {
  const { position, qty, price } = event;
  const { priceScale, sizeScale } = scales;
  return {
    execId: event.execId,
    type: event.type,
    clientOrderId: event.clientOrderId ?? null,
    strategy: orNull(event.strategy),
    symbol: event.symbol,
    side: event.side,
    qty: qty === undefined ? null : decimalText(qty, sizeScale),
    price: price === undefined ? null : decimalText(price, priceScale),
    fee: qty === undefined ? null : moneyText(event.fee),
    ts: event.ts,
    opening: event.opening,
    orders: event.orders.map((order) => orderFact(order, sizeScale)),
    position: position === undefined ? null : positionFact(position, sizeScale),
    ...revisionFact(event, scales),
    ...(event.venueOrderId === undefined ? {} : { venueOrderId: event.venueOrderId }),
    ...(event.reason === undefined ? {} : { reason: event.reason }),
    at: event.at,
  };
}

type Addressed =
  | { readonly kind: Exclude<RiskEvent["kind"], "strategy-changed" | "fill-news"> }
  | { readonly kind: "strategy-changed"; readonly strategy: string }
  | { readonly kind: "fill-news"; readonly news: { readonly strategy: string } };

/** Who hears of an event beside the archiver. */
export function destinationsOf(
  event: Addressed,
  tenant: string,
  groups: readonly string[] = [],
): readonly string[] {
  switch (event.kind) {
    case "strategy-changed":
      return [`strategy/${tenant}/${event.strategy}`, `tenant-directory/${tenant}`];
    case "fill-news":
      return [event.news.strategy, ...groups].map((strategy) => `strategy/${tenant}/${strategy}`);
    default:
      return [];
  }
}
