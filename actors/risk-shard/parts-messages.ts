/**
 * What the coordinator of a split (`account-split`) asks of a part of an account, and what it hears. Every one may come twice or late: the
 * second time it answers the same, and what belongs to a move that has ended, or to settings that were replaced, does nothing.
 *
 * What the edge asks while the account is split carries the version of the map that it goes by (`Envelope.parts`), so that each symbol is
 * shown and decided by exactly one part. `account-split` always carries the part's map (`Refusal.parts`):
 * - Orders, checks, executions: refused `account-split`, all of them and before anything is done, where a symbol of them is another part's;
 *   `overloaded` (500 ms) where one is fenced. The version does not matter then.
 * - Reads that are merged (account, positions, workingOrders, exposures, decisions, violations, bookedExecutions), putLimits, setState: refused
 *   `account-split` without a version, or with one below that of the part's map; `overloaded` while a move is fenced here whose map is not above the version asked
 *   by: the other part shows those symbols already.
 * - A violation is resolved by the part that raised it, whatever the version.
 * - Everything else, also a socket's handshake: refused `account-split` while the account is split.
 */
import type { PartsMap } from "../../src/domain/parts-map.ts";

/** Some slots on their way from one part to another. */
export type PartsMove = {
  /** Rises with every move of the account. One that is not above the last that ended here is refused `move-outdated`. */
  readonly id: number;
  readonly from: number;
  readonly to: number;
  /** Ascending. */
  readonly slots: readonly number[];
  /** Who is where once it is done: of the version after the one that is in force. */
  readonly map: PartsMap;
};

/** Of JSON text, in characters: with its envelope below what a call and a row of SQLite carry. */
export const PAGE_UNITS_MAX = 512 * 1_024;

export type PartsWork =
  /** How it stands: `PartStanding`. */
  | { readonly type: "map" }
  /** At part 0: what every part needs (account, own limits, states): `PartSettings`. Refused `not-splittable` with all that stands in the way, unless the parts are there already and are told `anyway`. */
  | { readonly type: "settings"; readonly anyway?: true }
  /** At part 1…7, and at part 0 after a change: goes by these settings from now on, and by this map unless it knows a newer one; makes the part where there was none. `n` is another one with every try; one that is not above the last does nothing. `null`. */
  | {
      readonly type: "adopt";
      readonly n: number;
      readonly part: number;
      readonly settings: string;
      readonly map: PartsMap;
    }
  /** A part's account-wide limits are quotas of the split's own node from now on (`isIn`), or no longer: at part 0 its own limits hold again. `null`. */
  | {
      readonly type: "join";
      readonly n: number;
      readonly isIn: boolean;
      /** At part 0: by which the node was put. Refused where the account has others by now, so that it joins no limits from before. */
      readonly settings?: string;
    }
  /**
   * At part 0, asked by another part that has no symbols any more and leaves: what it has counted over all of the account is counted here
   * from now on, and has been told to the split's node. `move` is the last one of that part. `null`.
   */
  | { readonly type: "count"; readonly part: number; readonly move: number; readonly counts: string }
  /** At `from`: durable; what is asked of symbols of those slots is refused `overloaded` from now on. `FenceStanding`. */
  | { readonly type: "fence"; readonly move: PartsMove }
  /** At `from`, fenced: everything that belongs to those symbols, page by page. `ExportPage`. */
  | { readonly type: "export"; readonly move: number; readonly after?: string }
  /** At `to`: kept apart until `activate`. Pages are numbered from 0; one that it has is left. `null`. */
  | { readonly type: "import"; readonly move: PartsMove; readonly number: number; readonly page: string }
  /** At `to`: all pages are there; its own from now on. Afterwards there is no way back. `null`. */
  | { readonly type: "activate"; readonly move: PartsMove; readonly pages: number }
  /** At `from`, after `activate`: deletes what has moved, lifts the fence and refuses `account-split` from now on. `null`. */
  | { readonly type: "drop"; readonly move: PartsMove }
  /** At both, after `drop`: the split's node has heard what is used there by now, and of what left with the symbols it is the other's. `null`. */
  | {
      readonly type: "cover";
      /** Refused `overloaded` where not all of what is used here has a value. */
      readonly isWhole?: boolean;
    }
  /** At both, before `activate`: lifts the fence, throws away what was imported; the move has ended. `null`. */
  | { readonly type: "abort"; readonly move: number }
  /** Ids of orders, executions and actions that it has had: `KnownIds`. */
  | { readonly type: "knows"; readonly clientOrderIds: readonly string[] };

export type PartStanding = {
  /** Undefined where the object holds no account. */
  readonly account?: string;
  readonly map: PartsMap;
  /** The last move that ended here, by `activate`, `drop` or `abort`. 0 where none did. */
  readonly lastMove: number;
  /** Under way here. */
  readonly move?: PartsMove;
  readonly isJoined: boolean;
  /** Symbols that it has lines, orders or contents of, by slot: what a move would take. */
  readonly symbols: Readonly<Record<number, number>>;
};

export type PartSettings = {
  readonly currency: string;
  /** Opaque: goes into `adopt` as it is. */
  readonly settings: string;
  /** Own account-wide limits, in the words of `PUT …/limits`: they become those of the split's node. */
  readonly wide: readonly WideLimit[];
  readonly parent?: string;
  /** Among the children of its parent. */
  readonly priority?: number;
};

export type WideLimit = {
  readonly id: string;
  readonly kind: string;
  readonly threshold: string;
  readonly action?: "reject" | "reduce";
  readonly windowMs?: number;
};

export type FenceStanding = {
  readonly symbols: readonly string[];
  /** Empty, or the fence does not stand: what of those symbols cannot be moved now. */
  readonly blockers: readonly { readonly path: string; readonly code: string; readonly detail: string }[];
};

/** `next` is where the page after this one begins; the last has none. */
export type ExportPage = { readonly page: string; readonly next?: string };

/** `map`: by which the part goes; absent where it was never split. An id that is not here may be in a part that only a newer one has. */
export type KnownIds = { readonly clientOrderIds: readonly string[]; readonly map?: PartsMap };

/** What the JSON text of each answer is. */
export type PartsAnswers = {
  readonly map: PartStanding;
  readonly settings: PartSettings;
  readonly adopt: null;
  readonly join: null;
  readonly count: null;
  readonly fence: FenceStanding;
  readonly export: ExportPage;
  readonly import: null;
  readonly activate: null;
  readonly drop: null;
  readonly cover: null;
  readonly abort: null;
  readonly knows: KnownIds;
};
