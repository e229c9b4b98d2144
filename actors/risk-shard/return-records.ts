/** What is remembered of bars' returns and of what the book would have made in them, and by which bars an account reckons. */
import { RETURNS_MAX, type ReturnResolution } from "../../src/domain/bar-return.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import { Covariance } from "../../src/quant/covariance/covariance.ts";
import { ReturnWindow } from "../../src/quant/covariance/return-window.ts";
import { noProfits, type ScaledProfits } from "../../src/quant/covariance/scaled-profits.ts";

export type RiskModel = {
  readonly resolution?: ReturnResolution;
  /** What a bar weighs of the one after it. */
  readonly lambda?: number;
  /** Of fewer bars of a symbol nothing is reckoned. */
  readonly minObservations?: number;
};

/** RiskMetrics, 1996, of daily returns; with fewer than a month of them a variance says little. */
export const USUAL_MODEL: Required<RiskModel> = { resolution: "1D", lambda: 0.94, minObservations: 20 };

/** What a symbol has told of its bars. */
export type Teller = { newest: number; readonly barsPerDay: number; isTorn: boolean };

/** Symbols that move with one of them. */
export type Cluster = {
  readonly center: Symbol;
  readonly rho: number;
  /** Whether a symbol moves with the center by more than that, as far as it was asked; the center does. */
  readonly members: Map<Symbol, boolean>;
  /** Of all members. */
  readonly gross: bigint;
  /** The book's when `gross` was made: with another one it is made anew. */
  readonly stamp: object;
};

/** Bars are changed in place, since no trial changes them; what follows from lines is changed along a trail. */
export type ReturnBook = {
  readonly model: Required<RiskModel>;
  readonly covariance: Covariance;
  readonly tellers: Map<Symbol, Teller>;
  /** Of the longest session that is among its columns: kept, since each order asks. */
  barsPerDay: number;
  /** Those of them that have missed bars. */
  readonly torn: Set<Symbol>;
  readonly weights: Map<Symbol, number>;
  profits: ScaledProfits;
  /** Σ weight². */
  squares: number;
  /** Symbols with a weight of which too few bars are known. */
  readonly uncovered: Map<Symbol, true>;
  readonly clusters: Map<string, Cluster>;
  /** Another one with each change of a line, as long as clusters are asked for. */
  stamp: object;
  /** Weights and all that follows from them are to be made anew. */
  isStale: boolean;
  /** Changes since they were, of weights and of bars. */
  moves: number;
  /** When symbols that lack bars were asked last. */
  askedAt: number;
  /** Somebody has read it since the load: its symbols tell their bars, also where no limit asks. */
  isRead: boolean;
};

/** Of daily bars, and of a book that nobody has told of any. */
export const SHORTEST_DAY = 1;

export function emptyReturnBook(model: Required<RiskModel>): ReturnBook {
  return {
    ...{ model, covariance: new Covariance(new ReturnWindow(RETURNS_MAX), model.lambda) },
    ...{
      tellers: new Map(),
      barsPerDay: SHORTEST_DAY,
      torn: new Set(),
      weights: new Map(),
      profits: noProfits(RETURNS_MAX),
    },
    ...{ squares: 0, uncovered: new Map(), clusters: new Map(), stamp: {} },
    ...{ isStale: true, moves: 0, isRead: false, askedAt: Number.NEGATIVE_INFINITY },
  };
}
