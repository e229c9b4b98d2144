/**
 * Takes a split through its steps, one at a time: what a step found out is on disk before the next one begins, and each may be done twice. A step
 * that fails is done again with growing patience, for as long as it takes: behind the point of no return there is no other way.
 */
import type { RefusalCode } from "../../src/domain/refusals.ts";
import type { PartSettings } from "../risk-shard/parts-messages.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Later } from "../runtime/telling.ts";
import { copied, reasonOf } from "./copying.ts";
import type { SplitEvent } from "./events.ts";
import { CALL_MS, PREPARE_MS_MAX, RETRY_MS, RETRY_MS_MAX, UNDONE_PAUSE_MS } from "./limits.ts";
import { nextStep, type Step } from "./next.ts";
import { PartRefused, type Parts } from "./part-calls.ts";
import type { SplitQuotas } from "./quotas.ts";
import type { SplitState } from "./state.ts";

export type DriverOptions = {
  readonly state: () => SplitState;
  readonly parts: Parts;
  readonly quotas: SplitQuotas;
  readonly clock: Clock;
  readonly later: Later;
  /** Resolves once the events are on disk, or left out since they are not true any more. */
  readonly record: (events: readonly SplitEvent[]) => Promise<void>;
  /** A change of settings is under way at part 0: they are not passed on before it has ended. */
  readonly isChanging: () => boolean;
  /** A step is done again: somebody may want to know why. */
  readonly failed: (step: Step["do"], reason: string) => void;
};

/** Doublings that are counted: far beyond the longest wait. */
const DOUBLINGS_MAX = 10;

export class Driver {
  readonly #options: DriverOptions;
  /** The move that began in this life of the object: of another one nobody knows how far it came. */
  #begun = 0;
  #running: Promise<void> | undefined;
  #served: { readonly move: number; readonly at: number } | undefined;
  #failures = 0;
  /** Settings that were refused for good. */
  #refused: number | undefined;

  constructor(options: DriverOptions) {
    this.#options = options;
  }

  /** Until nothing is left to do. Never throws. */
  run(): Promise<void> {
    this.#running ??= this.#loop().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #loop(): Promise<void> {
    for (;;) {
      const step = nextStep(this.#options.state(), this.#refused);
      if (step === undefined || (step.do === "pass-on" && this.#options.isChanging())) return;
      try {
        await this.#options.record(await this.#perform(step));
        this.#failures = 0;
        if (step.do === "undo") await this.#wait(UNDONE_PAUSE_MS);
      } catch (error) {
        await this.#failed(step, error);
      }
    }
  }

  async #failed(step: Step, error: unknown): Promise<void> {
    this.#failures = Math.min(DOUBLINGS_MAX, this.#failures + 1);
    const { plan } = this.#options.state();
    const now = this.#options.clock.now();
    this.#options.failed(step.do, reasonOf(error));
    if (step.do === "pass-on" && isFinal(error)) this.#refused = this.#options.state().settings;
    const isHopeless =
      step.do === "prepare" && (isFinal(error) || now - (plan?.startedAt ?? now) > PREPARE_MS_MAX);
    if (isHopeless) {
      const given = { kind: "split-given-up", reason: reasonOf(error), at: now } as const;
      await this.#options.record([given]).catch(() => undefined);
    }
    await this.#wait(Math.min(RETRY_MS_MAX, RETRY_MS * 2 ** (this.#failures - 1)));
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#options.later(resolve, ms));
  }

  async #perform(step: Step): Promise<readonly SplitEvent[]> {
    const { state, clock, parts } = this.#options;
    switch (step.do) {
      case "prepare":
        return [await this.#prepare(step.parts)];
      case "pass-on": {
        const { settings: n, parts: count } = state();
        const { isClosed } = await this.#passOn(count, await this.#number(), {
          anyway: true,
          hasParts: true,
        });
        // Limits of all of the account come from the node: each part has heard them, and holds no more than they leave it.
        await this.#cover(partsBelow(count));
        if (isClosed) await this.#opened(count);
        return [{ kind: "split-settings-passed-on", n, at: clock.now() }];
      }
      case "begin":
        this.#begun = state().moves + 1;
        return [began(step, this.#begun, clock.now())];
      case "copy":
        return [await this.#copy(step)];
      case "finish": {
        const { move, under } = step;
        await parts.ask(move.to, { type: "activate", move, pages: under.pages }, CALL_MS);
        await parts.ask(move.from, { type: "drop", move }, CALL_MS);
        const fencedMs = this.#servedAt(move.id) - under.at;
        // First who gave: what is passed on is there when the other one asks. What moves next is to find it held.
        for (const part of [move.from, move.to]) await this.#cover([part]);
        const version = move.map.version;
        return [{ kind: "split-move-done", move: move.id, version, fencedMs, at: clock.now() }];
      }
      case "undo":
        await Promise.all([step.move.from, step.move.to].map((part) => this.#abort(part, step.move.id)));
        return [{ kind: "split-move-undone", move: step.move.id, at: clock.now() }];
      case "moved-all":
        return [{ kind: "split-moved-all", at: clock.now() }];
      case "settle":
        await this.#leave(step.parts);
        return [{ kind: "split-ended", parts: step.parts, at: clock.now() }];
    }
  }

  /** Where a step is done again, when it first came that far in this life of the object. */
  #servedAt(move: number): number {
    if (this.#served?.move !== move) this.#served = { move, at: this.#options.clock.now() };
    return this.#served.at;
  }

  async #copy({ move, under }: Step & { do: "copy" | "finish" | "undo" }): Promise<SplitEvent> {
    const { state, clock } = this.#options;
    const { plan } = state();
    if (plan !== undefined && this.#begun === move.id) return copied(this.#options, plan, move, under);
    const reason = "interrupted";
    return { kind: "split-move-given-up", move: move.id, reason, ends: false, at: clock.now() };
  }

  /** Where all parts are there already nothing is asked, so that nothing stands in the way of a merge. */
  async #prepare(count: number): Promise<SplitEvent> {
    const { state, parts, clock } = this.#options;
    const { settings, passedOn, parts: present } = state();
    if (count <= present && present > 1)
      return { kind: "split-prepared", parts: present, n: passedOn, at: clock.now() };
    const number = await this.#number();
    const { isJoined } = await parts.ask(0, { type: "map" }, CALL_MS);
    // Where it is split and everything was passed on, all parts know these limits.
    const hasParts = isJoined && (present === 1 || passedOn < settings);
    const passed = await this.#passOn(count, number, { anyway: false, hasParts });
    const { settings: adopted } = passed.found;
    const join = { type: "join", n: number, isIn: true } as const;
    // All that is used is used in part 0: it is covered before anybody has a share of what is left.
    await parts.ask(0, { ...join, settings: adopted }, CALL_MS);
    const others = Array.from({ length: count - 1 }, (_, index) => index + 1);
    await Promise.all(others.map((part) => parts.ask(part, join, CALL_MS)));
    // Part 0 was changed like any account until it joined. From now on every change is noted here first.
    const joined = await parts.ask(0, { type: "settings" }, CALL_MS);
    if (joined.settings !== adopted) throw new Error("the account was changed while its parts joined");
    if (passed.isClosed) await this.#opened(count);
    return { kind: "split-prepared", parts: count, n: settings, at: clock.now() };
  }

  /** Each part goes by part 0's settings from then on. */
  async #passOn(
    count: number,
    n: number,
    { anyway, hasParts }: { readonly anyway: boolean; readonly hasParts: boolean },
  ): Promise<{ readonly found: PartSettings; readonly isClosed: boolean }> {
    const { state, parts, quotas } = this.#options;
    const { map } = state();
    const found = await parts.ask(0, { type: "settings", ...(anyway ? { anyway } : {}) }, CALL_MS);
    const isClosed = await quotas.put(found, hasParts);
    const others = Array.from({ length: count - 1 }, (_, index) => index + 1);
    const adopted = others.map((part) =>
      parts.ask(part, { type: "adopt", n, part, settings: found.settings, map }, CALL_MS),
    );
    await Promise.all(adopted);
    return { found, isClosed };
  }

  /** What each part uses of limits that it has heard of is told with the ask after that. From then on the node grants growth of them. */
  async #opened(count: number): Promise<void> {
    await this.#cover(partsBelow(count), true);
    await this.#options.quotas.open();
  }

  async #cover(all: readonly number[], isWhole = false): Promise<void> {
    const work = { type: "cover", ...(isWhole ? { isWhole } : {}) } as const;
    await Promise.all(all.map((part) => this.#options.parts.ask(part, work, CALL_MS)));
  }

  /** On disk before a part hears of it: what comes late of an earlier try is older than what a later one says. */
  async #number(): Promise<number> {
    const { state, record } = this.#options;
    const { numbered, settings } = state();
    const n = (numbered ?? settings) + 1;
    await record([{ kind: "split-numbered", n }]);
    return n;
  }

  /** Those behind hold nothing any more; where only part 0 is left, it is an account like any other again. */
  async #leave(count: number): Promise<void> {
    const { state, parts, quotas } = this.#options;
    const { plan, parts: present } = state();
    const n = await this.#number();
    const highest = Math.max(present, plan?.to ?? 1, plan?.from ?? 1);
    const leaving = Array.from({ length: highest - count }, (_, index) => count + index);
    const all = count === 1 && highest > 1 ? [...leaving, 0] : leaving;
    for (const part of all) await parts.ask(part, { type: "join", n, isIn: false }, CALL_MS);
    if (count === 1) await quotas.release();
  }

  /** A move that has ended there needs no abort. */
  async #abort(part: number, move: number): Promise<void> {
    try {
      await this.#options.parts.ask(part, { type: "abort", move }, CALL_MS);
    } catch (error) {
      if (!(error instanceof PartRefused && error.refusal.code === "move-outdated")) throw error;
    }
  }
}

const partsBelow = (count: number): number[] => Array.from({ length: count }, (_, part) => part);

/** What time does not mend: something of the account cannot be split, or its quotas are refused. */
const isFinal = (error: unknown): boolean =>
  error instanceof PartRefused && !PASSING.some((code) => code === error.refusal.code);
const PASSING: readonly RefusalCode[] = [
  "overloaded",
  "deadline-passed",
  "warming",
  "outcome-unknown",
  "dependency-unavailable",
  "parent-away",
];

const began = ({ from, to, slots }: Step & { do: "begin" }, move: number, at: number): SplitEvent => ({
  kind: "split-move-began",
  move,
  from,
  to,
  slots,
  at,
});
