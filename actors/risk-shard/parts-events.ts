/** Facts of a part of a split account. What moved is in the rows of both parts, and in the facts as far as a reader wants it. */
import { moneyText } from "../../src/domain/money.ts";
import type { PartsMap } from "../../src/domain/parts-map.ts";
import type { MovedBasis } from "./loss-records.ts";
import type { MovedContent } from "./moved-content.ts";
import type { PartsMove } from "./parts-messages.ts";
import type { DayCount, RateWindow } from "./state.ts";

/** From now on it goes by this map, as this part. */
export type PartAdopted = {
  readonly kind: "part-adopted";
  readonly at: number;
  readonly n: number;
  readonly part: number;
  readonly map: PartsMap;
  readonly by: string;
};

/** Its account-wide limits are quotas of the split's node, or its own again. */
export type PartJoined = {
  readonly kind: "part-joined";
  readonly at: number;
  readonly n: number;
  readonly isIn: boolean;
  readonly by: string;
};

/** Nothing is decided of these slots until they have left, or stay after all. */
export type PartFenced = { readonly kind: "part-fenced"; readonly at: number; readonly move: PartsMove };
export type PartImported = {
  readonly kind: "part-imported";
  readonly at: number;
  readonly move: PartsMove;
  readonly content: MovedContent;
};
export type PartExported = {
  readonly kind: "part-exported";
  readonly at: number;
  readonly move: PartsMove;
  /** What it was: taken out of state and rows. */
  readonly content: LeftContent;
};
/** What was counted over all of the account. */
export type WideCounts = {
  readonly days: readonly (readonly [key: string, count: DayCount])[];
  readonly rates: readonly (readonly [key: string, window: RateWindow])[];
};

/** Part 0 goes on with what another part has counted over all of the account, since that one leaves. */
export type PartCounted = WideCounts & {
  readonly kind: "part-counted";
  readonly at: number;
  readonly part: number;
  /** The last one of that part. */
  readonly move: number;
};
export type PartAborted = { readonly kind: "part-aborted"; readonly at: number; readonly move: number };

export type LeftContent = {
  /** Keys of remembered ids. */
  readonly ids: ReadonlySet<string>;
  /** What the close says of its lines, taken off. */
  readonly basis: readonly MovedBasis[];
};

export type PartEvent =
  | PartAdopted
  | PartJoined
  | PartFenced
  | PartImported
  | PartExported
  | PartCounted
  | PartAborted;

export const isPartEvent = (event: { readonly kind: string }): event is PartEvent =>
  event.kind.startsWith("part-");

/** Lines that one fact tells, at some 150 bytes each. */
export const TOLD_LINES_MAX = 1_000;

export function partFact(event: PartEvent): object {
  switch (event.kind) {
    case "part-adopted":
      return { part: event.part, map: event.map, n: event.n, by: event.by, at: event.at };
    case "part-joined":
      return { isIn: event.isIn, n: event.n, by: event.by, at: event.at };
    case "part-fenced":
      return { ...moveFact(event.move), at: event.at };
    case "part-imported":
      return { ...moveFact(event.move), ...contentFact(event.content), at: event.at };
    case "part-exported":
      return { ...moveFact(event.move), ids: event.content.ids.size, at: event.at };
    case "part-counted":
      return { part: event.part, move: event.move, ...countsFact(event), at: event.at };
    case "part-aborted":
      return { move: event.move, at: event.at };
  }
}

const countsFact = ({ days, rates }: WideCounts) => ({
  days: days.map(([, { orders, trades, turnover }]) => ({
    ...{ orders, trades },
    turnover: Object.fromEntries(Object.entries(turnover).map(([code, amount]) => [code, moneyText(amount)])),
  })),
  rates: rates.map(([key, { slots }]) => ({ key, count: slots.reduce((sum, [, count]) => sum + count, 0) })),
});

const moveFact = ({ id, from, to, slots, map }: PartsMove) => ({
  move: id,
  from,
  to,
  slots,
  map: map.version,
});

/** Lines as they stood: whoever sums a part's facts begins with them. */
const contentFact = ({ positions, orders, ids }: MovedContent) => ({
  positions: positions.length,
  orders: orders.length,
  working: orders.filter(({ status }) => status === "working").length,
  ids: ids.length,
  lines: positions.slice(0, TOLD_LINES_MAX).map(({ symbol, strategy, position }) => ({
    ...{ symbol, strategy: strategy === "" ? null : strategy, qty: String(position.qty) },
    ...{ cost: moneyText(position.cost), realised: moneyText(position.realised) },
    ...{ fees: moneyText(position.fees), funding: moneyText(position.funding) },
  })),
});
