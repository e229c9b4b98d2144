/**
 * What accounts and desks go by, as the network saw it: an answer to an ask says how things stood when the ask left, and a desk's answer no
 * more than the desk itself had heard. Clocks that go back are told apart: by a clock of its own nobody can tell how long that was.
 */
import { PARENT_SILENCE_MS_MAX } from "../../../actors/runtime/escrow/messages.ts";
import type { Activation, Copy } from "../world/copy.ts";
import type { Answered, Call } from "../world/network.ts";
import type { World } from "../world/world.ts";

type Step = { readonly at: number; readonly backMs: number };

export class Silence {
  readonly #world: World;
  readonly #isDesk: (copy: Copy) => boolean;
  readonly #asOf = new WeakMap<Activation, number>();
  readonly #newest = new Map<Copy, number>();
  readonly #steps = new Map<Copy, Step[]>();
  /** The most that a clock was ahead since the last flush of its object. */
  readonly #skew = new Map<Copy, number>();

  constructor(world: World, isDesk: (copy: Copy) => boolean) {
    this.#world = world;
    this.#isDesk = isDesk;
    world.network.onAnswer.push((call, leftAt, answered) => this.#heard(call, leftAt, answered));
    world.onClock.push((copy, byMs) => this.#stepped(copy, byMs));
  }

  /** How things stand that a copy knows of since it was loaded; undefined: nobody has answered it. */
  asOf({ activation }: Copy): number | undefined {
    return activation === undefined ? undefined : this.#asOf.get(activation);
  }

  /** The true time of what it recorded under that time, or one before it, where its clock was set meanwhile. */
  trueTime(copy: Copy, at: number): number {
    return at - Math.max(copy.skewMs, this.#skew.get(copy) ?? copy.skewMs);
  }

  /** After whatever looks at a flush. */
  flushed(copy: Copy): void {
    this.#skew.delete(copy);
  }

  /** By how much the silence may be longer, since one of these clocks went back: each time by no more than a whole silence. */
  setBack(copies: readonly Copy[], since: number): number {
    let sum = 0;
    for (const copy of copies)
      for (const { at, backMs } of this.#steps.get(copy) ?? [])
        if (at >= since) sum += Math.min(backMs, PARENT_SILENCE_MS_MAX);
    return sum;
  }

  #heard({ from, method }: Call, leftAt: number, { value, copy: parent }: Answered): void {
    if (from === undefined || method !== "ask" || (value as { ok?: unknown }).ok !== true) return;
    const above = this.#isDesk(parent) ? (this.#newest.get(parent) ?? Number.NEGATIVE_INFINITY) : leftAt;
    const asOf = Math.max(this.#asOf.get(from) ?? Number.NEGATIVE_INFINITY, Math.min(leftAt, above));
    this.#asOf.set(from, asOf);
    this.#newest.set(from.copy, Math.max(this.#newest.get(from.copy) ?? asOf, asOf));
  }

  #stepped(copy: Copy, byMs: number): void {
    const before = copy.skewMs - byMs;
    this.#skew.set(copy, Math.max(before, copy.skewMs, this.#skew.get(copy) ?? before));
    if (byMs >= 0) return;
    const steps = this.#steps.get(copy) ?? [];
    steps.push({ at: this.#world.schedule.now, backMs: -byMs });
    this.#steps.set(copy, steps);
  }
}
