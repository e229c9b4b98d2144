/** A coordinator over a disk in memory, and parts that are the contract of `parts-messages.ts` in the fewest words, over a network that loses, doubles and delays. */
import { Driver } from "../../../actors/account-split/driver.ts";
import type { SplitEvent } from "../../../actors/account-split/events.ts";
import { PartRefused } from "../../../actors/account-split/part-calls.ts";
import { MIGRATIONS, SplitStore } from "../../../actors/account-split/store.ts";
import { SplitTurns } from "../../../actors/account-split/turns.ts";
import type { PartsMove, PartsWork } from "../../../actors/risk-shard/parts-messages.ts";
import { refusal } from "../../../actors/runtime/reply.ts";
import { type PartsMap, partOfSlot, SLOTS, UNSPLIT } from "../../../src/domain/parts-map.ts";
import { TurnBench } from "../../support/turn-bench.ts";

/** By slot, what is in it: an item that is lost or doubled is seen. */
export type Items = Map<number, string>;

export class FakePart {
  map: PartsMap = UNSPLIT;
  readonly items: Items = new Map();
  lastMove = 0;
  fence: PartsMove | undefined;
  pages = new Map<number, Items>();
  settings = "";
  n = 0;
  joinedN = 0;
  isJoined = false;
  /** What moved last has been told to the node of the split's quotas. */
  isCovered = true;
  /** Fences before that: what moves next would take nothing of the quota with it. */
  fencedEarly = 0;
  isSplittable = true;
  blockers: readonly { path: string; code: string; detail: string }[] = [];
  readonly #part: number;

  constructor(part: number) {
    this.#part = part;
  }

  serves(slot: number): boolean {
    return partOfSlot(this.map, slot) === this.#part && !this.fence?.slots.includes(slot);
  }

  do(work: PartsWork): unknown {
    switch (work.type) {
      case "settings":
        if (work.anyway !== true && !this.isSplittable)
          throw new PartRefused("settings", this.#part, refusal("not-splittable"));
        return { currency: "USD", settings: this.settings, wide: [] };
      case "fence":
        this.#checkAbove(work.move.id);
        if (!this.isCovered) this.fencedEarly += 1;
        if (this.blockers.length === 0) this.fence = work.move;
        return { symbols: work.move.slots.map(String), blockers: this.blockers };
      case "export":
        return this.#export(work.move, work.after);
      case "adopt":
      case "join":
        return this.#set(work);
      case "import":
        return this.#import(work);
      case "activate":
      case "drop":
        return work.move.id > this.lastMove ? this.#cut(work) : null;
      case "cover":
        this.isCovered = true;
        return null;
      case "map":
        return { map: this.map, lastMove: this.lastMove, isJoined: this.isJoined, symbols: {} };
      case "abort":
        return work.move > this.lastMove ? this.#end(work.move, this.map) : null;
      default:
        throw new Error(`not asked of this part: ${work.type}`);
    }
  }

  #set(work: PartsWork & { type: "adopt" | "join" }): null {
    if (work.n <= (work.type === "join" ? this.joinedN : this.n)) return null;
    if (work.type === "join") {
      this.joinedN = work.n;
      this.isJoined = work.isIn;
      return null;
    }
    this.n = work.n;
    this.settings = work.settings;
    if (work.map.version > this.map.version) this.map = work.map;
    return null;
  }

  #import({ move, number, page }: PartsWork & { type: "import" }): null {
    this.#checkAbove(move.id);
    if (this.fence?.id !== move.id) this.pages = new Map();
    this.fence = move;
    this.pages.set(number, new Map(JSON.parse(page) as [number, string][]));
    return null;
  }

  #cut(work: PartsWork & { type: "activate" | "drop" }): null {
    const { move } = work;
    if (this.fence?.id !== move.id) throw new Error(`${work.type} of what is not under way`);
    if (work.type === "drop") for (const slot of move.slots) this.items.delete(slot);
    else if (this.pages.size !== work.pages) throw new Error("pages are missing");
    for (const page of this.pages.values()) for (const [slot, item] of page) this.items.set(slot, item);
    this.isCovered = false;
    return this.#end(move.id, move.map);
  }

  #export(move: number, after: string | undefined): { page: string; next?: string } {
    if (this.fence?.id !== move) throw new PartRefused("export", this.#part, refusal("move-outdated"));
    const { slots } = this.fence;
    const from = after === undefined ? 0 : Number(after);
    const page = slots.slice(from, from + 2).flatMap((slot) => {
      const item = this.items.get(slot);
      return item === undefined ? [] : [[slot, item]];
    });
    const next = from + 2 < slots.length ? { next: String(from + 2) } : {};
    return { page: JSON.stringify(page), ...next };
  }

  #checkAbove(move: number): void {
    if (move <= this.lastMove) throw new PartRefused("a move", this.#part, refusal("move-outdated"));
  }

  #end(move: number, map: PartsMap): null {
    this.lastMove = move;
    this.fence = undefined;
    this.pages = new Map();
    if (map.version > this.map.version) this.map = map;
    return null;
  }
}

export type Network = {
  /** What becomes of a call: done or not, and whether its answer comes. */
  readonly fate: (part: number, work: PartsWork) => "answered" | "lost before" | "lost after";
  /** After each call of a part. */
  readonly seen: () => void;
};

export class SplitWorld {
  readonly parts = Array.from({ length: 8 }, (_, part) => new FakePart(part));
  readonly bench = new TurnBench(MIGRATIONS, (sql, surroundings) => {
    const store = new SplitStore(sql);
    return { store, turns: new SplitTurns({ tenant: "acme", account: "main" }, store, surroundings) };
  });
  /** Steps that had to be done again. */
  readonly failed: string[] = [];
  readonly late: { part: number; work: PartsWork }[] = [];
  /** Of the node of its quotas, and of parts what they use of it. */
  readonly asked: string[] = [];
  refusesQuotas = (): boolean => false;
  readonly #network: Network;
  #life = 0;
  driver: Driver;

  constructor(network: Network = { fate: () => "answered", seen: () => undefined }) {
    this.#network = network;
    for (let slot = 0; slot < SLOTS; slot++) this.parts[0]?.items.set(slot, `item ${slot}`);
    this.driver = this.#drive();
  }

  get state() {
    return this.bench.store.state;
  }

  split(shards: number) {
    return this.bench.run(this.bench.turns.ask(shards, "ann"));
  }

  /** As the edge does it: at part 0 itself, until that one says that the account is split. */
  change(settings: string): void {
    const [first] = this.parts;
    if (first === undefined || this.state.move !== undefined) return;
    if (first.isJoined) this.bench.run(this.bench.turns.changed());
    first.settings = settings;
  }

  /** Memory is gone; what was under way hears no answer any more. */
  crash(): void {
    this.#life += 1;
    this.bench.restart();
    this.driver = this.#drive();
  }

  /** By slot, the parts that would decide an order of it. */
  served(slot: number): readonly number[] {
    return this.parts.flatMap((part, index) => (part.serves(slot) ? [index] : []));
  }

  #drive(): Driver {
    const life = this.#life;
    const alive = <Value>(value: Value): Promise<Value> =>
      life === this.#life ? Promise.resolve(value) : new Promise(() => undefined);
    return new Driver({
      state: () => this.state,
      parts: {
        ask: async (part, work) => {
          await alive(null);
          return (await alive(this.#call(part, work))) as never;
        },
      },
      quotas: {
        put: async (_settings, hasParts) => {
          if (this.refusesQuotas()) throw new PartRefused("quotas", 0, refusal("too-many-items"));
          this.asked.push(hasParts ? "closed" : "put");
          return hasParts;
        },
        open: async () => void this.asked.push("open"),
        release: async () => undefined,
      },
      clock: this.bench.clock,
      later: (run, afterMs) => {
        this.bench.clock.pass(afterMs);
        queueMicrotask(() => void (life === this.#life && run()));
        return () => undefined;
      },
      record: async (events: readonly SplitEvent[]) => {
        await alive(null);
        this.bench.run(this.bench.turns.news(events));
        await alive(null);
      },
      isChanging: () => false,
      failed: (step) => void this.failed.push(step),
    });
  }

  #call(part: number, work: PartsWork): unknown {
    this.bench.clock.pass(5);
    if (work.type === "cover") this.asked.push(`${work.isWhole === true ? "whole" : "cover"} ${part}`);
    const fate = this.#network.fate(part, work);
    if (fate === "lost before") {
      this.late.push({ part, work });
      throw new Error("nobody answered");
    }
    const answered = this.parts[part]?.do(work);
    this.#network.seen();
    if (fate === "answered") return answered;
    this.late.push({ part, work });
    throw new Error("the answer was lost");
  }
}
