/** Links between accounts, desks and firms that are cut for some seconds: what either end sends the other then is lost. */
import type { Copy } from "./copy.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

const EVERY_MS = 500;
const CUT_MS_MIN = 2_000;
/** Longer than anybody may go by what he heard. */
const CUT_MS_MAX = 12_000;
/** So many seeds have them at all, and there each pair is cut with this chance at each look. */
const SEEDS = 0.5;
const CHANCE = 0.08;

export class Cuts {
  readonly #world: World;
  readonly #random: Random;
  readonly #chance: number;
  readonly #until = new Map<string, number>();
  fired = 0;

  constructor(world: World, random: Random) {
    this.#world = world;
    this.#random = random;
    this.#chance = random.chance(SEEDS) ? CHANCE * random.next() : 0;
    world.network.isCut = (one, other) => this.#isCut(one, other);
    if (this.#chance > 0) world.schedule.after(EVERY_MS, () => this.#strike());
  }

  /** Whether this seed has any. */
  get isOn(): boolean {
    return this.#chance > 0;
  }

  #isCut(one: Copy, other: Copy): boolean {
    if (this.#until.size === 0 || (one.kind !== "firm" && other.kind !== "firm")) return false;
    return this.#world.faults.isOn && (this.#until.get(pairOf(one, other)) ?? 0) > this.#world.schedule.now;
  }

  #strike(): void {
    const { objects, schedule, faults } = this.#world;
    const parents = objects.all.filter(({ kind }) => kind === "firm");
    const children = objects.all.filter(({ kind }) => kind === "firm" || kind === "risk-shard");
    for (const parent of parents)
      for (const child of children)
        if (child !== parent && faults.isOn && this.#random.chance(this.#chance)) this.#cut(parent, child);
    schedule.after(EVERY_MS, () => this.#strike());
  }

  #cut(parent: Copy, child: Copy): void {
    const ms = this.#random.between(CUT_MS_MIN, CUT_MS_MAX);
    this.fired += 1;
    this.#world.note(() => `cut ${parent.label} from ${child.label} for ${ms} ms`);
    this.#until.set(pairOf(parent, child), this.#world.schedule.now + ms);
  }
}

const pairOf = (one: Copy, other: Copy): string => [one.label, other.label].sort().join(" ");
