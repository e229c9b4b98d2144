/** A breaker in front of calls: lets them through or not, learns from how they end, and says so when it turns. */
import {
  admit,
  type BreakerState,
  closedSince,
  type Open,
  type Outcome,
  settle,
  standingOf,
} from "./breaker.ts";
import type { Clock } from "./clock.ts";
import type { BreakerStanding } from "./report.ts";

/** The call was not made. */
export class BreakerOpenError extends Error {
  override readonly name = "BreakerOpenError";
  readonly retryAfterMs: number;

  constructor(breaker: string, retryAfterMs: number) {
    super(`${breaker} has not answered lately; it is asked again in ${retryAfterMs} ms`);
    this.retryAfterMs = retryAfterMs;
  }
}

export type GuardOptions = {
  readonly name: string;
  readonly clock: Clock;
  readonly randomFraction: () => number;
  /** Whether what a call threw shows that somebody was there. */
  readonly isAnswer: (error: unknown) => boolean;
  /** It was open when the object was loaded last. */
  readonly loaded?: Open | undefined;
  /** It has turned; `cause` is what the call threw that turned it. */
  readonly turned?: (state: BreakerState, cause: unknown) => void;
};

/** A turn as a line of the log. */
export type TurnLine = {
  readonly level: "info" | "warn";
  readonly event: "breaker-opened" | "breaker-probes" | "breaker-closed";
  readonly fields: Readonly<Record<string, string | number>>;
};

export class Guard {
  readonly #options: GuardOptions;
  #breaker: BreakerState;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#breaker = options.loaded ?? closedSince(options.clock.now());
  }

  get standing(): BreakerStanding {
    const { name, clock } = this.#options;
    return standingOf(this.#breaker, name, clock.now());
  }

  /** For those who would queue before a call: how long there is no sense in it. Nobody who only looks is the probe. */
  get openForMs(): number | undefined {
    const { state } = this.standing;
    return state === "open" ? admit(this.#breaker, this.#options.clock.now()).retryAfterMs : undefined;
  }

  /** What the call ends with; a BreakerOpenError where it was not made. */
  async run<Value>(call: () => Promise<Value>): Promise<Value> {
    const { name, clock, isAnswer } = this.#options;
    const { state, retryAfterMs } = admit(this.#breaker, clock.now());
    if (retryAfterMs !== undefined) throw new BreakerOpenError(name, retryAfterMs);
    this.#turnTo(state, undefined);
    try {
      const value = await call();
      this.#settle(state.turn, "answered", undefined);
      return value;
    } catch (error) {
      this.#settle(state.turn, isAnswer(error) ? "answered" : "failed", error);
      throw error;
    }
  }

  #settle(turn: number, outcome: Outcome, cause: unknown): void {
    const { clock, randomFraction } = this.#options;
    this.#turnTo(settle(this.#breaker, turn, outcome, clock.now(), randomFraction()), cause);
  }

  #turnTo(state: BreakerState, cause: unknown): void {
    const { turn } = this.#breaker;
    this.#breaker = state;
    if (state.turn !== turn) this.#options.turned?.(state, cause);
  }
}

export function lineOf(breaker: string, state: BreakerState, cause: unknown): TurnLine {
  if (state.state === "closed") return { level: "info", event: "breaker-closed", fields: { breaker } };
  if (state.state === "half-open") return { level: "info", event: "breaker-probes", fields: { breaker } };
  const reason = cause instanceof Error ? cause.message : String(cause);
  const forMs = state.until - state.since;
  return { level: "warn", event: "breaker-opened", fields: { breaker, forMs, reason } };
}
