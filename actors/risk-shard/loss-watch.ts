/**
 * Losses are looked at after each batch of prices and with each group: a price alone can reach them. What is reached trips in that group.
 * Peaks of equity are memory that the disk follows, at most once a second where nothing else is written.
 */
import { SECOND_MS } from "../../src/domain/time.ts";
import { insertRows, rowInsert, type Sql } from "../runtime/sql.ts";
import { limitCheckOf } from "./checks/registry.ts";
import type { RiskEvent } from "./events.ts";
import { isOfLoss, isWhole, lossFound, lossMembers, observedLoss, raisePeaks } from "./losses.ts";
import type { Limit, RiskState } from "./state.ts";
import { isTripped, type Reached, tripEvents } from "./trips.ts";

export type WatchOptions = {
  readonly sql: Sql;
  readonly state: RiskState;
  readonly record: (events: readonly RiskEvent[]) => void;
  readonly now: () => number;
  /** Has a group written soon, also where no command comes. */
  readonly flush: () => void;
};

/** Equity rises with every tick: a load that lost less than this of the way up has lost nothing that matters. */
const PEAKS_MS = SECOND_MS;
const PUT = rowInsert("INSERT INTO equity_peak (id, equity)");

export class LossWatch {
  readonly #options: WatchOptions;
  /** Reached at a price that may be another by the time the group is written: it was reached all the same. */
  #reached: Reached[] = [];
  #mustLook = false;
  #peaksWritten: string;
  #flushing: ReturnType<typeof setTimeout> | undefined;

  constructor(options: WatchOptions) {
    this.#options = options;
    this.#peaksWritten = peaksText(options.state);
  }

  note(): void {
    this.#mustLook = true;
  }

  /** Some limit is on losses, and something that is held has no price yet. */
  get isBlind(): boolean {
    const { state } = this.#options;
    return !isWhole(state) && state.limits.limits.some(isOfLoss);
  }

  pricesMoved(): void {
    const { state, flush } = this.#options;
    const limits = state.limits.limits.filter(isOfLoss);
    if (limits.length === 0) return;
    const isRaised = raisePeaks(state);
    const reached = reachedIn(state, limits);
    if (reached.length > 0) {
      this.#reached.push(...reached.filter((one) => !this.#reached.some((other) => isSame(one, other))));
      flush();
    } else if (isRaised) this.#flushLater();
  }

  /** Inside the group's transaction, before anything of it is written. */
  write(): void {
    const { state } = this.#options;
    if (this.#mustLook) {
      this.#mustLook = false;
      raisePeaks(state);
      this.#reached.push(...reachedIn(state, state.limits.limits.filter(isOfLoss)));
    }
    const reached = this.#reached;
    this.#reached = [];
    for (const one of reached) this.#trip(one);
    // What was recorded here is looked at with the next group.
    this.#writePeaks();
  }

  /** Other limits may have been put since it was reached: where it is one of them still, and not above what was lost, it was. */
  #trip(reached: Reached): void {
    const { state, record, now } = this.#options;
    const limit = state.limits.limits.find((one) => isSuccessor(one, reached));
    if (limit !== undefined) record(tripEvents(state, { ...reached, limit, bound: limit.threshold }, now()));
  }

  #writePeaks(): void {
    const { sql, state } = this.#options;
    const text = peaksText(state);
    if (text === this.#peaksWritten) return;
    this.#peaksWritten = text;
    sql.exec("DELETE FROM equity_peak");
    insertRows(
      sql,
      PUT,
      [...state.losses.peaks].map(([id, equity]) => [id, String(equity)]),
    );
  }

  #flushLater(): void {
    this.#flushing ??= setTimeout(() => {
      this.#flushing = undefined;
      this.#options.flush();
    }, PEAKS_MS);
  }
}

const peaksText = ({ losses }: RiskState): string => [...losses.peaks].join(";");

const isSame = (one: Reached, other: Reached): boolean =>
  one.limit === other.limit && one.member === other.member;

const isSuccessor = (one: Limit, { limit, member, observed }: Reached): boolean =>
  one.id === limit.id &&
  one.kind === limit.kind &&
  one.scope.kind === limit.scope.kind &&
  one.scope.id === limit.scope.id &&
  one.except?.has(member) !== true &&
  observed > one.threshold;

function reachedIn(state: RiskState, limits: readonly Limit[]): Reached[] {
  return limits.flatMap((limit) => {
    const unit = limitCheckOf(limit.kind)?.unit;
    if (unit === undefined) return [];
    return lossMembers(state, limit).flatMap((member) => {
      if (isTripped(state, limit.id, member)) return [];
      const found = lossFound(state, limit, member);
      const observed = found === undefined ? undefined : observedLoss(limit.kind, found);
      if (observed === undefined || observed <= limit.threshold) return [];
      return [{ limit, member, observed, bound: limit.threshold, scale: unit.scale(GROUND) }];
    });
  });
}

/** Neither money nor percent depends on it. */
const GROUND = { sizeScale: 0, equity: 0n };
