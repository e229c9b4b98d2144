/** What may be asked without changing anything: answered at once, from what is committed. */
import type { DecisionFilter } from "../../src/contracts/decisions.ts";
import type { ViolationFilter } from "../../src/contracts/violations.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import { moneyText } from "../../src/domain/money.ts";
import type { PartsMap } from "../../src/domain/parts-map.ts";
import { averagePriceText, unrealisedAt } from "../../src/domain/position.ts";
import { valueAtPrice, valueOf, worthAt } from "../../src/domain/worth.ts";
import type { History } from "../runtime/history.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import { inheritedText, quotasNow } from "./above-view.ts";
import { accountText, exposuresText } from "./account-view.ts";
import { reservedQty } from "./apply.ts";
import { balancesText } from "./balances.ts";
import { bookedExecutions } from "./booked-executions.ts";
import { decisionsOf } from "./decision-list.ts";
import { shownRecord } from "./decision-record.ts";
import { holdingsPage } from "./holdings.ts";
import { parseRecord } from "./kept-record.ts";
import type { Ledger } from "./ledger.ts";
import type {
  ExecutionsPage,
  ExecutionsQuery,
  HoldingsPage,
  HoldingsQuery,
  ListPage,
  ListQuery,
} from "./messages.ts";
import {
  isPending,
  NO_STRATEGY,
  type Order,
  type PositionRecord,
  type RiskState,
  remainingOf,
} from "./state.ts";
import { usableMark } from "./valuation.ts";

export class Reads {
  readonly #ledger: Ledger;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  account(now: number): ActorReply<string> {
    return this.#known() ?? answer(accountText(this.#ledger, now));
  }

  balances(now: number): ActorReply<string> {
    const { state } = this.#ledger;
    if (state.account === undefined) return refusal("account-unknown");
    return answer(balancesText(state, state.account, now));
  }

  exposures(): ActorReply<string> {
    return this.#known() ?? answer(exposuresText(this.#ledger.state));
  }

  limits(version: number | undefined, now: number): ActorReply<string> {
    const { state, store } = this.#ledger;
    const wanted = version ?? state.limits.version;
    const isInForce = wanted === state.limits.version;
    const text = isInForce ? state.limits.text : store.limits.text(wanted);
    if (text === undefined)
      return refusal("limits-unknown", "this version was never in force, or is in Postgres only");
    const inherited = isInForce
      ? inheritedText(state.limits.inherited, quotasNow(state, now))
      : inheritedText(store.limits.inherited(wanted), () => undefined);
    return this.#known() ?? answer(`{"version":${wanted},"limits":${text}${inherited}}`);
  }

  /** By symbol and strategy; the page begins behind the key that the one before ended with. */
  positions({ limit, after }: ListQuery, now: number): ActorReply<ListPage> {
    const { state } = this.#ledger;
    const keys = [...state.positions.keys()].sort();
    const rest = after === undefined ? keys : keys.filter((key) => key > after);
    const page = rest.slice(0, limit);
    const items = page.flatMap((key) => {
      const record = state.positions.get(key);
      return record === undefined ? [] : [positionText(state, record, now)];
    });
    return this.#known() ?? answer(pageOf(items, keys.length, rest.length > limit ? page.at(-1) : undefined));
  }

  orders({ limit, after, status }: ListQuery): ActorReply<ListPage> {
    const { state, store } = this.#ledger;
    const orders = store.orders.page(status, beforeOf(after), limit + 1);
    const page = orders.slice(0, limit);
    const items = page.map((order) => orderText(state, order));
    const next = orders.length > limit ? page.at(-1)?.seq : undefined;
    return this.#known() ?? answer(pageOf(items, store.orders.count(status), next));
  }

  decisions(query: ListQuery, filter: DecisionFilter = {}): ActorReply<ListPage> {
    const found = decisionsOf(this.#ledger, filter);
    return this.#withParts(
      this.#history(found, query, (_seq, payload) => JSON.stringify(shownRecord(parseRecord(payload)))),
    );
  }

  violations({ limit, after }: ListQuery, filter: ViolationFilter = {}): ActorReply<ListPage> {
    const { resolutions, violations } = this.#ledger;
    const rows = resolutions.page(filter, beforeOf(after), limit + 1);
    const page = rows.slice(0, limit);
    const totals = resolutions.totals(filter);
    const total = Object.values(totals).reduce((sum, count) => sum + count, 0);
    const next = rows.length > limit ? page.at(-1)?.seq : undefined;
    return (
      this.#known() ??
      answer({
        ...pageOf(
          page.map(({ text }) => text),
          total,
          next,
        ),
        totals,
        olderThan: resolutions.olderThan(violations.size),
        ...partsIn(this.#ledger.state),
      })
    );
  }

  /** By a method of cost. */
  holdings(query: HoldingsQuery): ActorReply<HoldingsPage> {
    const { state, store } = this.#ledger;
    return this.#known() ?? answer(holdingsPage(state, store.book.journals, query));
  }

  executions(query: ExecutionsQuery): ActorReply<ExecutionsPage> {
    return this.#known() ?? this.#withParts(answer(bookedExecutions(this.#ledger, query)));
  }

  #withParts<Page extends object>(page: ActorReply<Page>): ActorReply<Page & WithParts> {
    return page.ok ? answer({ ...page.value, ...partsIn(this.#ledger.state) }) : page;
  }

  #history(
    history: Pick<History, "size" | "page">,
    { limit, after }: ListQuery,
    text: (seq: number, payload: string) => string,
  ): ActorReply<ListPage> {
    const rows = history.page(beforeOf(after), limit + 1);
    const page = rows.slice(0, limit);
    const items = page.map(({ seq, payload }) => text(seq, payload));
    const next = rows.length > limit ? page.at(-1)?.seq : undefined;
    return this.#known() ?? answer(pageOf(items, history.size, next));
  }

  /** The name is taken before the account is put: until then there is nothing to see. */
  #known(): ActorReply<never> | undefined {
    return this.#ledger.state.account === undefined ? refusal("account-unknown") : undefined;
  }
}

type WithParts = { readonly parts?: PartsMap };

/** Nothing was ever in another part before a first move. */
const partsIn = ({ parts }: RiskState): WithParts =>
  parts === undefined || parts.map.version === 0 ? {} : { parts: parts.map };

const beforeOf = (after: string | undefined): number =>
  after === undefined ? Number.MAX_SAFE_INTEGER : Number(after);

const pageOf = (items: readonly string[], total: number, next: string | number | undefined): ListPage => ({
  items,
  total,
  ...(next === undefined ? {} : { next: String(next) }),
});

function positionText(state: RiskState, { symbol, strategy, position }: PositionRecord, now: number): string {
  const instrument = state.instruments.get(symbol);
  const { doubled, at } = usableMark(state.marks.get(symbol));
  const worth = instrument === undefined || doubled === undefined ? undefined : worthAt(instrument, doubled);
  const isPriced = instrument !== undefined && doubled !== undefined && worth !== undefined;
  // Nothing is worth nothing at any price.
  const unpriced = position.qty === 0n ? "0" : null;
  return JSON.stringify({
    symbol,
    strategy: strategy === NO_STRATEGY ? null : strategy,
    currency: instrument?.currency ?? null,
    qty: decimalText(position.qty, instrument?.sizeScale ?? 0),
    avgPrice: instrument === undefined ? null : (averagePriceText(position, instrument) ?? null),
    // Twice the mark has one decimal more when it is halved.
    marketPrice: isPriced ? decimalText(doubled * 5, instrument.priceScale + 1) : null,
    priceAgeMs: at === undefined ? null : Math.max(0, now - at),
    notional: isPriced ? moneyText(valueOf(position.qty, worth)) : unpriced,
    unrealised: isPriced ? moneyText(unrealisedAt(position, worth, instrument)) : unpriced,
    realised: moneyText(position.realised),
    fees: moneyText(position.fees),
    funding: moneyText(position.funding),
  });
}

function orderText(state: RiskState, order: Order): string {
  const instrument = state.instruments.get(order.symbol);
  const { sizeScale = 0, priceScale = 0 } = instrument ?? {};
  const reserved = order.status === "working" ? reservedQty(state, order) : 0n;
  const price = (value: number | undefined): string | null =>
    value === undefined ? null : decimalText(value, priceScale);
  return JSON.stringify({
    clientOrderId: order.clientOrderId,
    orderId: order.orderId,
    strategy: order.strategy === NO_STRATEGY ? null : order.strategy,
    symbol: order.symbol,
    side: order.side,
    type: order.type,
    qty: decimalText(order.qty, sizeScale),
    filledQty: decimalText(order.filled, sizeScale),
    remainingQty: decimalText(remainingOf(order), sizeScale),
    price: price(order.price),
    stopPrice: price(order.stopPrice),
    timeInForce: order.timeInForce ?? null,
    reduceOnly: order.reduceOnly === true,
    replaces: order.replaces ?? null,
    status: order.status,
    acceptedAt: order.acceptedAt,
    adjusted: order.adjusted ?? [],
    acknowledgedAt: order.acknowledgedAt ?? null,
    venueOrderId: order.venueOrderId ?? null,
    expiresAt: order.expiresAt ?? null,
    reservedNotional: moneyText(
      isPending(order) || instrument === undefined ? 0n : valueAtPrice(instrument, reserved, order.valuedAt),
    ),
  });
}
