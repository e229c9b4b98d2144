/** What moves with symbols from one part of an account to another. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import type { AppliedAction } from "./action-rows.ts";
import type { MovedBasis } from "./loss-records.ts";
import type { DayCount, Order, PositionRecord, RateWindow, Trip } from "./state.ts";

/** Of one line; groups in the order in which they were booked. */
export type MovedJournal = {
  checkpoint?: string;
  readonly groups: { readonly size: number; readonly entries: string }[];
};

export type MovedContent = {
  readonly instruments: readonly Instrument[];
  readonly positions: readonly PositionRecord[];
  /** What lines had made when the trading day began, where that was anything. */
  readonly basis: readonly MovedBasis[];
  /** Those that have ended too. */
  readonly orders: readonly Order[];
  readonly journals: ReadonlyMap<string, MovedJournal>;
  readonly actions: readonly (readonly [Symbol, AppliedAction])[];
  readonly days: readonly (readonly [string, DayCount])[];
  readonly rates: readonly (readonly [string, RateWindow])[];
  readonly trips: readonly (readonly [string, Trip])[];
  readonly contents: readonly (readonly [string, number])[];
  readonly ids: readonly (readonly [key: string, body: string, reply: string])[];
};
