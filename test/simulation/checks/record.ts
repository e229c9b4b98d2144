/**
 * What each actor has made durable, fact by fact, as it stood in its outbox after a flush: what was acknowledged is looked for here, and what
 * the mirror has is held against it. A fact never changes once it was durable.
 */
import type { Fact } from "../../../actors/runtime/fact.ts";
import { inFull } from "../../../actors/runtime/fact-runs.ts";
import { factsIn } from "../../../actors/runtime/fact-text.ts";
import type { Copy } from "../world/copy.ts";
import type { World } from "../world/world.ts";

/** Kinds of objects that record facts. */
const RECORDING = new Set(["risk-shard", "strategy", "firm", "account-split", "tenant-directory"]);
const NEW_ROWS = "SELECT first_seq AS firstSeq, text FROM outbox WHERE last_seq > ? ORDER BY last_seq";

export class FactRecord {
  readonly #world: World;
  readonly #facts = new Map<string, Fact[]>();
  readonly #looks = new Map<Copy, ReturnType<Copy["disk"]["database"]["prepare"]>>();
  /** Hears each fact once, when it has become durable. */
  readonly onFact: ((copy: Copy, fact: Fact) => void)[] = [];

  constructor(world: World) {
    this.#world = world;
    world.onFlush.push((copy) => this.#look(copy));
  }

  of({ label }: Pick<Copy, "label">): readonly Fact[] {
    return this.#facts.get(label) ?? [];
  }

  /** A twin begins with what stood on the disk that it was copied from. */
  copied(from: Copy, facts: number, twin: Copy): void {
    this.#facts.set(twin.label, this.of(from).slice(0, facts));
  }

  #look(copy: Copy): void {
    if (!RECORDING.has(copy.kind)) return;
    const look = this.#looks.get(copy) ?? copy.disk.database.prepare(NEW_ROWS);
    this.#looks.set(copy, look);
    const known = this.#facts.get(copy.label) ?? [];
    this.#facts.set(copy.label, known);
    for (const row of look.all(known.length) as { firstSeq: number; text: string }[])
      for (const fact of factsIn({ text: inFull(row) })) this.#take(copy, known, fact);
  }

  #take(copy: Copy, known: Fact[], fact: Fact): void {
    const [seq, , , payload] = fact;
    const before = known[seq - 1];
    if (before !== undefined) {
      if (before[3] !== payload) this.#world.violate("R5 a durable fact stays", `${copy.label} ${seq}`);
      return;
    }
    if (seq !== known.length + 1)
      this.#world.violate("R3 facts are gapless", `${copy.label} ${seq} after ${known.length}`);
    known.push(fact);
    for (const hear of this.onFact) hear(copy, fact);
  }
}
