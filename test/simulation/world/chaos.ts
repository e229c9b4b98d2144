/** Faults that strike objects by themselves: evictions, clocks that are set, old copies of a disk that come back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Copy } from "./copy.ts";
import type { World } from "./world.ts";

const EVERY_MS = 150;
const CLOCK_STEP_MS = 20_000;
const TWIN_WITHIN_MS = 8_000;
/** Of a parent there is one copy only: what two grant nobody adds up. */
const TWINNED = new Set(["risk-shard"]);

export class Chaos {
  readonly #world: World;
  readonly #copied: (from: Copy) => (twin: Copy) => void;
  readonly #twinned: ReadonlySet<string>;
  #folder: string | undefined;

  /** `copied` is told when a disk is copied, and then which twin it became. */
  constructor(world: World, copied: (from: Copy) => (twin: Copy) => void, twinned = TWINNED) {
    this.#world = world;
    this.#twinned = twinned;
    this.#copied = copied;
    world.onFlush.push((copy) => this.#mayTwin(copy));
    world.schedule.after(EVERY_MS, () => this.#strike());
  }

  get hasTwins(): boolean {
    return this.#folder !== undefined;
  }

  end(): void {
    if (this.#folder !== undefined) rmSync(this.#folder, { recursive: true, force: true });
  }

  #strike(): void {
    const { objects, faults, schedule } = this.#world;
    for (const copy of objects.all) {
      if (copy.activation !== undefined && faults.strikes("eviction")) objects.evict(copy);
      if (faults.strikes("clock-step"))
        objects.stepClock(copy, faults.between(-CLOCK_STEP_MS, CLOCK_STEP_MS) - Math.round(copy.skewMs / 2));
    }
    schedule.after(EVERY_MS, () => this.#strike());
  }

  #mayTwin(copy: Copy): void {
    const { objects, faults, schedule } = this.#world;
    if (copy.isTwin || !this.#twinned.has(copy.kind) || objects.twinOf(copy) !== undefined) return;
    if (!faults.strikes("stale-twin")) return;
    this.#folder ??= mkdtempSync(join(tmpdir(), "simulated-"));
    const path = join(this.#folder, `${copy.kind}-${copy.flushes}-${copy.name.replaceAll("/", "-")}.sqlite`);
    copy.disk.copyTo(path);
    const became = this.#copied(copy);
    schedule.after(faults.between(1, TWIN_WITHIN_MS), () => {
      if (!faults.isOn || objects.twinOf(copy) !== undefined) return;
      this.#world.note(() => `twin ${copy.label}`);
      became(objects.addTwin(copy, path));
    });
  }
}
