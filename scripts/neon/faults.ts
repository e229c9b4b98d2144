/** Faults on demand, for tests of what stands in front of a database: late, lost, refused and failed replies. */
import { z } from "zod";

/** Applies to the next so many requests, or to each with a probability. */
const occasion = {
  next: z.int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
};

export const faultPlan = z.strictObject({
  /** Held back so long before it runs, every request. */
  delayMs: z.int().min(0).max(600_000).optional(),
  /** The connection is cut before the request runs: surely no effect. */
  refuse: z.strictObject(occasion).optional(),
  /** The request runs and commits, then the connection is cut: the client cannot know. */
  drop: z.strictObject(occasion).optional(),
  /** A status in place of the reply, with the request run before it or not at all. */
  respond: z
    .strictObject({ ...occasion, status: z.int().min(500).max(599), when: z.enum(["before", "after"]) })
    .optional(),
  /** The same seed gives the same luck. */
  seed: z.int().optional(),
});

export type FaultPlan = z.output<typeof faultPlan>;

type Occasion = { next?: number | undefined; probability?: number | undefined };

export interface Misfortune {
  readonly delayMs: number;
  readonly refuse: boolean;
  readonly drop: boolean;
  readonly respondBefore: number | undefined;
  readonly respondAfter: number | undefined;
}

export class Faults {
  #plan: FaultPlan = {};
  #random: () => number = Math.random;
  readonly counts = { delayed: 0, refused: 0, dropped: 0, responded: 0 };

  /** What is left of the plan: `next` counts down. */
  get plan(): FaultPlan {
    return structuredClone(this.#plan);
  }

  /** Replaces the plan; an empty one ends all faults. */
  set(plan: FaultPlan): void {
    this.#plan = structuredClone(plan);
    this.#random = plan.seed === undefined ? Math.random : seededRandom(plan.seed);
  }

  /** Decides for one request, once. */
  draw(): Misfortune {
    const { delayMs = 0, respond } = this.#plan;
    const refuse = this.#strikes(this.#plan.refuse);
    const responds = !refuse && this.#strikes(respond);
    const drop = !refuse && !responds && this.#strikes(this.#plan.drop);
    this.counts.delayed += delayMs > 0 ? 1 : 0;
    this.counts.refused += refuse ? 1 : 0;
    this.counts.responded += responds ? 1 : 0;
    this.counts.dropped += drop ? 1 : 0;
    return {
      delayMs,
      refuse,
      drop,
      respondBefore: responds && respond?.when === "before" ? respond.status : undefined,
      respondAfter: responds && respond?.when === "after" ? respond.status : undefined,
    };
  }

  #strikes(occasion: Occasion | undefined): boolean {
    if (occasion === undefined) return false;
    if (occasion.next !== undefined && occasion.next > 0) {
      occasion.next -= 1;
      return true;
    }
    return occasion.probability !== undefined && this.#random() < occasion.probability;
  }
}

/** Mulberry32: 32 bits of state are plenty for choosing faults. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
