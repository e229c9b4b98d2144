/** The breaker's rules one by one, and against a model that knows nothing of buckets, turns or states of its own. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  admit,
  type BreakerState,
  breakerWindowBound,
  closedSince,
  type Outcome,
  PROBE_LOST_MS,
  settle,
  standingOf,
  WINDOW_BUCKETS,
} from "../../../actors/runtime/breaker.ts";
import { at } from "../../support/runtime-fakes.ts";

/** Calls that begin and end at `ms`, each with its outcome, over a closed breaker; chance takes nothing off. */
class Trial {
  state: BreakerState = closedSince(at(0));
  fraction = 0;

  /** What a call is told at that time, and what becomes of it. */
  call(ms: number, outcome: Outcome): number | undefined {
    const { retryAfterMs, turn } = this.begin(ms);
    if (retryAfterMs === undefined) this.end(ms, turn, outcome);
    return retryAfterMs;
  }
  begin(ms: number): { retryAfterMs: number | undefined; turn: number } {
    const { state, retryAfterMs } = admit(this.state, at(ms));
    this.state = state;
    return { retryAfterMs, turn: state.turn };
  }
  end(ms: number, turn: number, outcome: Outcome): void {
    this.state = settle(this.state, turn, outcome, at(ms), this.fraction);
  }
  standing(ms: number): string {
    return standingOf(this.state, "probe", at(ms)).state;
  }
}

const failing = (times: number, ms = 0, trial = new Trial()): Trial => {
  for (let call = 0; call < times; call++) trial.call(ms, "failed");
  return trial;
};

describe("a closed breaker", () => {
  test("bears four failures in a row and opens at the fifth", () => {
    expect(failing(4).state.state).toBe("closed");
    expect(failing(5).state.state).toBe("open");
  });

  test("counts a row anew after each answer", () => {
    const trial = failing(4);
    trial.call(0, "answered");
    expect(failing(4, 0, trial).state.state).toBe("closed");
  });

  test("counts a row over any length of time", () => {
    const trial = new Trial();
    for (let call = 0; call < 5; call++) trial.call(call * 60_000, "failed");
    expect(trial.state.state).toBe("open");
  });

  test("opens where half of twenty calls failed", () => {
    const trial = new Trial();
    for (let call = 0; call < 19; call++) trial.call(0, call % 2 === 0 ? "failed" : "answered");
    expect(trial.state.state).toBe("closed");
    trial.call(0, "answered");
    expect(trial.state.state).toBe("open");
  });

  test("bears nine failures of twenty calls", () => {
    const trial = new Trial();
    for (let call = 0; call < 20; call++) trial.call(0, call % 2 === 0 && call < 18 ? "failed" : "answered");
    expect(trial.state.state).toBe("closed");
  });

  test("forgets what is over ten seconds old", () => {
    const trial = new Trial();
    for (let call = 0; call < 18; call++) trial.call(0, call % 2 === 0 ? "failed" : "answered");
    trial.call(10_000, "failed");
    trial.call(10_000, "answered");
    expect(trial.state.state).toBe("closed");
  });

  test("bound runtime/memory:breaker_window: a second that is over ten seconds old leaves when the next call is counted", () => {
    const trial = new Trial();
    for (let second = 0; second < 3 * WINDOW_BUCKETS; second++) {
      for (let call = 0; call < 5; call++) trial.call(second * 1_000, "answered");
      const { state } = trial;
      const kept = state.state === "closed" ? state.window.map((bucket) => bucket.second) : [];
      expect(kept).toHaveLength(Math.min(second + 1, breakerWindowBound.max));
      expect(kept.at(-1)).toBe(at(second * 1_000) / 1_000);
    }
  });
});

describe("an open breaker", () => {
  test("refuses for five seconds, and tells each how long is left", () => {
    const trial = failing(5);
    expect(trial.call(1, "answered")).toBe(4_999);
    expect(trial.call(4_999, "answered")).toBe(1);
    expect(trial.standing(4_999)).toBe("open");
  });

  test("is half-open to whoever looks once its time is over, and stays so for as long as nobody calls", () => {
    const trial = failing(5);
    expect(standingOf(trial.state, "probe", at(5_000))).toEqual({
      ...{ name: "probe", state: "half-open", since: at(5_000) },
    });
    expect(trial.standing(3_600_000)).toBe("half-open");
  });

  test("is open for less by chance, and never for less than four fifths of the time", () => {
    const trial = new Trial();
    trial.fraction = 0.5;
    failing(5, 0, trial);
    expect(trial.call(0, "answered")).toBe(4_500);
    const least = new Trial();
    least.fraction = 1 - 2 ** -32;
    failing(5, 0, least);
    expect(least.call(0, "answered")).toBe(4_001);
  });

  test("is not prolonged by a clock that is set back", () => {
    const trial = failing(5, 3_600_000);
    expect(trial.call(1_000, "answered")).toBeUndefined();
  });

  test("is not moved by what began before it opened", () => {
    const trial = new Trial();
    const early = trial.begin(0);
    failing(5, 0, trial);
    trial.end(1, early.turn, "answered");
    expect(trial.standing(1)).toBe("open");
    trial.end(2, early.turn, "failed");
    expect(trial.call(3, "answered")).toBe(4_997);
  });
});

describe("a half-open breaker", () => {
  const halfOpen = () => {
    const trial = failing(5);
    return { trial, probe: trial.begin(5_000) };
  };

  test("lets one probe through and tells the others to come soon", () => {
    const { trial, probe } = halfOpen();
    expect(probe.retryAfterMs).toBeUndefined();
    expect(trial.begin(5_000).retryAfterMs).toBe(1_000);
    expect(trial.begin(14_000).retryAfterMs).toBe(1_000);
  });

  test("closes when the probe comes home, and begins to count anew", () => {
    const { trial, probe } = halfOpen();
    trial.end(5_100, probe.turn, "answered");
    expect(trial.state.state).toBe("closed");
    expect(failing(4, 5_100, trial).state.state).toBe("closed");
    expect(failing(1, 5_100, trial).state.state).toBe("open");
  });

  test("opens for twice as long each time that the probe fails, up to a minute", () => {
    const trial = failing(5);
    const told: number[] = [];
    for (let now = 5_000; told.length < 6; now += told.at(-1) ?? 0) {
      trial.call(now, "failed");
      told.push(trial.call(now, "answered") ?? 0);
    }
    expect(told).toEqual([10_000, 20_000, 40_000, 60_000, 60_000, 60_000]);
  });

  test("is back at five seconds once it was closed", () => {
    const trial = failing(5);
    trial.call(5_000, "failed");
    trial.call(15_000, "answered");
    failing(5, 15_000, trial);
    expect(trial.call(15_000, "answered")).toBe(5_000);
  });

  test("sends another probe where the first is lost, and no longer listens to the first", () => {
    const { trial, probe } = halfOpen();
    expect(trial.begin(5_000 + PROBE_LOST_MS - 1).retryAfterMs).toBe(1_000);
    const second = trial.begin(5_000 + PROBE_LOST_MS);
    expect(second.retryAfterMs).toBeUndefined();
    trial.end(40_000, probe.turn, "answered");
    expect(trial.standing(40_000)).toBe("half-open");
    trial.end(40_000, second.turn, "answered");
    expect(trial.standing(40_000)).toBe("closed");
  });
});

/** Every ended call in one list; whether the next may go is worked out from all of it. */
class Naive {
  outcomes: { second: number; failed: boolean }[] = [];
  openUntil: number | undefined;
  openMs = 5_000;

  may(now: number): boolean {
    return this.openUntil === undefined || now >= this.openUntil;
  }

  ended(now: number, failed: boolean): void {
    if (this.openUntil !== undefined) {
      this.openMs = failed ? Math.min(60_000, this.openMs * 2) : 5_000;
      this.openUntil = failed ? now + this.openMs : undefined;
      this.outcomes = [];
      return;
    }
    const second = Math.floor(now / 1_000);
    this.outcomes.push({ second, failed });
    const recent = this.outcomes.filter((one) => one.second > second - 10);
    const share = recent.filter((one) => one.failed).length / recent.length;
    const row = this.outcomes.slice(-5);
    if ((recent.length >= 20 && share >= 0.5) || (row.length === 5 && row.every((one) => one.failed)))
      this.openUntil = now + 5_000;
  }
}

test("calls one after the other are let through and refused as the naive model says, whatever they come to", () => {
  const steps = fc.array(fc.record({ wait: fc.nat(1_000), luck: fc.nat(99) }), {
    minLength: 1,
    maxLength: 200,
    size: "max",
  });
  // Of busy walks the share opens it, of slow ones the row.
  const pace = fc.constantFrom(0, 0.2, 1, 30);
  let opened = 0;
  fc.assert(
    fc.property(steps, pace, fc.constantFrom(30, 50, 80), (walk, slow, failures) => {
      const [trial, naive] = [new Trial(), new Naive()];
      let now = 0;
      for (const { wait, luck } of walk) {
        now += Math.floor(wait * slow);
        const failed = luck < failures;
        const told = trial.call(now, failed ? "failed" : "answered");
        expect(told === undefined).toBe(naive.may(at(now)));
        if (told !== undefined) expect(told).toBe((naive.openUntil ?? 0) - at(now));
        else naive.ended(at(now), failed);
        expect(trial.state.state === "open").toBe(naive.openUntil !== undefined);
        opened += Number(told !== undefined);
      }
    }),
    { numRuns: 500, seed: 11 },
  );
  expect(opened).toBeGreaterThan(1_000);
});

/** Calls that overlap: some begin while others are under way, and end in any order. */
class Overlapping {
  readonly trial = new Trial();
  readonly #underWay: number[] = [];
  readonly #probes = new Set<number>();

  begin(now: number): void {
    const { retryAfterMs, turn } = this.trial.begin(now);
    if (retryAfterMs !== undefined) {
      expect(retryAfterMs).toBeGreaterThan(0);
      expect(retryAfterMs).toBeLessThanOrEqual(60_000);
      return;
    }
    this.#underWay.push(turn);
    if (this.trial.state.state !== "half-open") return;
    expect(this.#probes.has(turn)).toBe(false);
    this.#probes.add(turn);
  }

  end(now: number, which: number, outcome: Outcome): void {
    const [turn] = this.#underWay.splice(which % Math.max(1, this.#underWay.length), 1);
    if (turn === undefined) return;
    const { state: before } = this.trial;
    this.trial.end(now, turn, outcome);
    const after = outcome === "failed" ? "open" : "closed";
    if (turn !== before.turn) expect(this.trial.state).toBe(before);
    else if (before.state === "half-open") expect(this.trial.state.state).toBe(after);
  }
}

test("whatever overlaps: never two probes in a turn, never open for more than a minute, and an answer to a probe closes it", () => {
  const step = fc.record({
    wait: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })),
    ends: fc.nat(20),
    outcome: fc.constantFrom<Outcome[]>("answered", "failed"),
    begins: fc.boolean(),
    fraction: fc.double({ min: 0, max: 0.999, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 150, size: "max" }), (walk) => {
      const calls = new Overlapping();
      let now = 0;
      for (const { wait, ends, outcome, begins, fraction } of walk) {
        now += wait;
        calls.trial.fraction = fraction;
        if (begins) calls.begin(now);
        else calls.end(now, ends, outcome);
      }
    }),
    { numRuns: 500, seed: 12 },
  );
});
