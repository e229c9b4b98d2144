/** Executions of an account that is or was split: each part has a ring and Postgres, and the list is one. */
import { describe, expect, test } from "vitest";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import { isSplit, type PartsMap, UNSPLIT } from "../../../src/domain/parts-map.ts";
import { type FakeEdge, fakeEdge, NOW } from "../../support/fake-edge.ts";

const TWO: PartsMap = { version: 33, slots: "01".repeat(32) };
const FOUR: PartsMap = { version: 9, slots: "0123".repeat(16) };
const MERGED: PartsMap = { ...UNSPLIT, version: 70 };

/** Facts 1 to `booked` of a part: it keeps those from `from` on, Postgres has those up to `archived`. */
type Part = { booked: number; from: number; archived: number };
type Item = { seq: number; part?: number; bookedAt: number };
type Listed = { items: Item[]; nextCursor: string | null; total: number | null; code?: string };

/** Parts book in turn, so that their facts lie between each other; some at one moment. */
const momentOf = (part: number, seq: number): number => NOW - 1_000_000 + Math.floor((seq * 8 + part) / 3);
const fact = (part: number, seq: number) => ({
  ...{ seq, execId: `e${part}-${seq}`, type: "fill", clientOrderId: "o", strategy: null, symbol: "T:A" },
  ...{ side: "buy", qty: "1", price: "10", fee: "0", realised: "0", ts: NOW },
  at: momentOf(part, seq),
});

class PartedWorld {
  readonly queries: string[] = [];
  away = false;
  edge!: FakeEdge;

  map: PartsMap;
  readonly parts: ReadonlyMap<number, Part>;

  constructor(map: PartsMap, parts: ReadonlyMap<number, Part>) {
    this.map = map;
    this.parts = parts;
  }

  static async of(map: PartsMap, parts: Record<number, Part>): Promise<PartedWorld> {
    const world = new PartedWorld(
      map,
      new Map(Object.entries(parts).map(([part, of]) => [Number(part), of])),
    );
    const query = <Value>(name: string, found: () => Value) => {
      world.queries.push(name);
      return world.away ? refusal("history-unavailable", "away") : answer(found());
    };
    world.edge = await fakeEdge({
      answers: {
        "riskShard.bookedExecutions": (envelope: Envelope, asked: { limit: number; after?: string }) =>
          world.#kept(envelope, asked),
      },
      history: {
        accountParts: async () => query("parts", () => [...world.parts.keys()].filter((part) => part > 0)),
        partExecutions: async (_e, _a, _f, below, limit) =>
          query("older", () => below.flatMap(({ part, before }) => world.#older(part, before, limit))),
        executions: async (_e, _a, _f, { before, limit }) =>
          query("executions", () => world.#older(0, before, limit).map(({ text }) => text)),
        executionCount: async (_e, _a, _f, isSplit) =>
          query(isSplit === true ? "count of all" : "count", () => 7),
      },
    });
    return world;
  }

  #older(part: number, before: number, limit: number) {
    const seqs = below(before, limit, 1, this.parts.get(part)?.archived ?? 0);
    return seqs.map((seq) => {
      const { at, ...rest } = fact(part, seq);
      return { part, text: JSON.stringify({ ...rest, refExecId: null, bookedAt: at }) };
    });
  }

  #kept({ parts }: Envelope, { limit, after }: { limit: number; after?: string }) {
    const [, , , name = "0"] = (this.edge.calls.at(-1)?.actor ?? "").split("/");
    const part = Number(name);
    const own = this.parts.get(part);
    if (own === undefined) throw new Error(`nobody has ever heard of part ${part}`);
    if ((isSplit(this.map) || part > 0) && (parts ?? -1) < this.map.version)
      return { ...refusal("account-split"), parts: this.map };
    const seqs = below(after === undefined ? own.booked + 1 : Number(after), limit, own.from, own.booked);
    const last = seqs.at(-1) ?? own.from;
    const more = seqs.length === limit && last > own.from ? { next: String(last) } : {};
    const ever = this.map.version > 0 ? { parts: this.map } : {};
    return answer({
      items: seqs.map((seq) => JSON.stringify(fact(part, seq))),
      olderThan: own.from,
      ...more,
      ...ever,
    });
  }

  async page(limit: number, cursor?: string | null): Promise<Listed> {
    const rest = cursor == null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const reply = await this.edge.fetch("GET", `/v1/accounts/main/executions?limit=${limit}${rest}`);
    return (await reply.json()) as Listed;
  }

  /** All pages; `between` is called after each. */
  async walk(limit: number, between: (page: number) => void = () => {}): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | null = null;
    for (let page = 1; page < 100; page++) {
      const { items, nextCursor } = await this.page(limit, cursor);
      seen.push(...items.map(({ seq, part = 0 }) => `${part}/${seq}`));
      if (nextCursor === null) return seen;
      expect(items.length).toBe(limit);
      cursor = nextCursor;
      between(page);
    }
    throw new Error("the list does not end");
  }

  get all(): string[] {
    const facts = [...this.parts].flatMap(([part, { booked }]) =>
      Array.from({ length: booked }, (_, index) => ({ part, seq: index + 1, at: momentOf(part, index + 1) })),
    );
    facts.sort((one, other) => other.at - one.at || one.part - other.part || other.seq - one.seq);
    return facts.map(({ part, seq }) => `${part}/${seq}`);
  }
}

function below(before: number, limit: number, lowest: number, highest: number): number[] {
  const seqs: number[] = [];
  for (let seq = Math.min(before - 1, highest); seq >= lowest && seqs.length < limit; seq--) seqs.push(seq);
  return seqs;
}

const RINGS: Record<number, Part> = {
  0: { booked: 9, from: 4, archived: 8 },
  1: { booked: 7, from: 7, archived: 6 },
  2: { booked: 8, from: 1, archived: 0 },
  3: { booked: 5, from: 6, archived: 5 },
};

describe("executions of an account in several parts", () => {
  test.each([
    ["while it is split", FOUR],
    ["while a part of before is not in the map any more", TWO],
    ["once it is merged", MERGED],
  ])("are one list without a seam, whatever the size of a page: %s", async (_when, map) => {
    for (const limit of [1, 2, 5, 9, 28, 29, 30]) {
      const world = await PartedWorld.of(map, RINGS);
      expect(await world.walk(limit), `pages of ${limit}`).toEqual(world.all);
    }
  });

  test("are doubled and lost by no split and no merge between two pages", async () => {
    for (const [from, to] of [
      [FOUR, MERGED],
      [{ ...MERGED, version: 2 }, FOUR],
      [FOUR, TWO],
    ] as const) {
      const world = await PartedWorld.of(from, RINGS);
      const seen = await world.walk(3, (page) => {
        if (page === 2) world.map = to;
      });
      expect(seen).toEqual(world.all);
    }
  });

  test("go on from a cursor of an account that was not split then, with part 0 where it ended", async () => {
    const world = await PartedWorld.of(UNSPLIT, RINGS);
    const first = await world.page(4);
    expect(first.items.map(({ seq }) => seq)).toEqual([9, 8, 7, 6]);
    world.map = FOUR;
    const rest = await world.page(100, first.nextCursor);
    const seen = rest.items.map(({ seq, part = 0 }) => `${part}/${seq}`);
    expect(seen).toEqual(world.all.filter((one) => !["0/9", "0/8", "0/7", "0/6"].includes(one)));
  });

  test("say which part a seq is of where it is not part 0, and count all of them", async () => {
    const world = await PartedWorld.of(FOUR, RINGS);
    const { items, total } = await world.page(4);
    expect(items.map(({ seq, part }) => ({ seq, part }))).toEqual(
      ["0/9", "2/8", "0/8", "1/7"].map((name) => {
        const [part, seq] = name.split("/").map(Number);
        return { seq, part: part === 0 ? undefined : part };
      }),
    );
    expect(total).toBe(7);
    expect((await world.page(100)).total).toBe(29);
  });

  test("take one query for what all parts have no longer, and one for their count", async () => {
    const world = await PartedWorld.of(MERGED, RINGS);
    await world.page(20);
    expect(world.queries).toEqual(["parts", "older", "count of all"]);
  });

  test("of an account that was never split cost one call, and a query only for what it has no longer", async () => {
    const world = await PartedWorld.of(UNSPLIT, { 0: RINGS[0]! });
    await world.page(3);
    const asked = world.edge.calls.filter(({ actor }) => actor.startsWith("riskShard"));
    expect(asked.map(({ method }) => method)).toEqual(["bookedExecutions"]);
    expect(world.queries).toEqual(["count"]);
    await world.page(9);
    expect(world.queries).toEqual(["count", "executions"]);
    expect(await world.walk(4)).toEqual(world.all);
  });

  test("are shown as far as the parts keep them while Postgres is away, and where nobody knows what is next they are refused", async () => {
    const world = await PartedWorld.of(FOUR, RINGS);
    const first = await world.page(2);
    world.away = true;
    const second = await world.page(10, first.nextCursor);
    // Part 3 keeps nothing, and Postgres may have what comes before any of the others.
    expect(second).toMatchObject({ status: 503, code: "history-unavailable" });
    expect(await world.page(2)).toMatchObject({ status: 503, code: "history-unavailable" });
    world.away = false;
    expect((await world.page(10, first.nextCursor)).items).toHaveLength(10);
  });
});
