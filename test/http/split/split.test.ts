import { describe, expect, test } from "vitest";
import { refusal } from "../../../actors/runtime/reply.ts";
import { movedTo, type PartsMap, partOf, slotOf, UNSPLIT } from "../../../src/domain/parts-map.ts";
import { SPLIT_MAP_MS_MAX, SPLIT_MAPS_MAX, SplitMaps } from "../../../src/http/split/split-maps.ts";
import { fakeEdge, NOW } from "../../support/fake-edge.ts";
import { SplitEdge } from "./split-edge.ts";

const FOUR: PartsMap = { version: 9, slots: "0123".repeat(16) };
const SYMBOLS = Array.from({ length: 40 }, (_, n) => `T:S${n}`);
const symbolIn = (part: number, map = FOUR, nth = 0): string => {
  const symbol = SYMBOLS.filter((each) => partOf(map, each) === part)[nth];
  if (symbol === undefined) throw new Error(`no symbol in part ${part}`);
  return symbol;
};
const order = (clientOrderId: string, symbol: string) => ({
  ...{ clientOrderId, symbol, side: "buy", type: "limit", qty: "1", price: "10" },
});
const fill = (execId: string, clientOrderId: string, symbol?: string) => ({
  ...{ type: "fill", execId, clientOrderId, qty: "1", price: "10", ts: NOW },
  ...(symbol === undefined ? {} : { symbol, side: "buy" }),
});

describe("orders of a split account", () => {
  test("are decided by the parts of their symbols and answered in the order of the request", async () => {
    const world = await SplitEdge.of(FOUR);
    const orders = [3, 0, 2, 3, 1].map((part, n) => order(`o${n}`, symbolIn(part)));
    const { status, body } = await world.post("orders", { orders });
    expect(status).toBe(200);
    expect(body).toEqual({
      decisions: [3, 0, 2, 3, 1].map((part, n) => ({ clientOrderId: `o${n}`, part, parts: 9 })),
    });
    // Part 0 is asked as the account that it was, and says how it is split.
    expect(world.asked).toEqual([
      "main orders",
      "main/3 orders",
      "main orders",
      "main/2 orders",
      "main/1 orders",
    ]);
  });

  test("of one part leave in one call, once the map is known", async () => {
    const world = await SplitEdge.of(FOUR);
    await world.post("orders", order("first", symbolIn(2)));
    world.edge.calls.length = 0;
    const { body } = await world.post("orders", order("second", symbolIn(2)));
    expect(body).toEqual({ decisions: [{ clientOrderId: "second", part: 2, parts: 9 }] });
    expect(world.asked).toEqual(["main/2 orders"]);
  });

  test("follow a symbol that has moved, and the others are not sent twice", async () => {
    const world = await SplitEdge.of(FOUR);
    const [moving, staying] = [symbolIn(1), symbolIn(2)];
    await world.post("orders", order("first", moving));
    const later = movedTo(FOUR, [slotOf(moving)], 5);
    world.maps[1] = later;
    world.maps[5] = later;
    world.edge.calls.length = 0;
    const { body } = await world.post("orders", { orders: [order("a", moving), order("b", staying)] });
    expect(body).toMatchObject({
      decisions: [
        { clientOrderId: "a", part: 5 },
        { clientOrderId: "b", part: 2 },
      ],
    });
    expect(world.asked).toEqual(["main/1 orders", "main/2 orders", "main/5 orders"]);
  });

  test("of a fenced symbol are `overloaded` with a time to come back", async () => {
    const world = await SplitEdge.of(FOUR);
    world.fenced = symbolIn(1);
    const { status, body, headers } = await world.post("orders", order("a", symbolIn(1)));
    expect([status, (body as { code: string }).code]).toEqual([503, "overloaded"]);
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  });

  test("find an account that was merged", async () => {
    const world = await SplitEdge.of(FOUR);
    await world.post("orders", order("first", symbolIn(3)));
    const merged: PartsMap = { version: 20, slots: UNSPLIT.slots };
    world.maps.fill(merged);
    const { body } = await world.post("orders", order("second", symbolIn(3)));
    expect(body).toMatchObject({ decisions: [{ clientOrderId: "second", part: 0 }] });
  });
});

describe("executions of a split account", () => {
  test("that name no symbol find the part of their order", async () => {
    const world = await SplitEdge.of(FOUR);
    await world.post("orders", { orders: [order("a", symbolIn(1)), order("b", symbolIn(3))] });
    const executions = [fill("e1", "b"), fill("e2", "a"), fill("e3", "x", symbolIn(2)), fill("e4", "nobody")];
    const { body } = await world.post("executions", { executions });
    expect(body).toEqual({
      results: [
        ...["e1", "e2", "e3"].map((execId) => ({ execId, status: "applied" })),
        { execId: "e4", status: "refused", code: "order-unknown" },
      ],
      seq: 13,
    });
    expect([...world.booked.values()]).toEqual([1, 1, 1]);
  });

  test("of an order that has just moved are looked for again", async () => {
    const world = await SplitEdge.of(FOUR);
    await world.post("orders", order("a", symbolIn(1)));
    const [entry] = world.orders.values();
    let hasMoved = false;
    // Between the look and the sending.
    const known = world.edge.calls;
    const push = known.push.bind(known);
    known.push = (...calls) => {
      const result = push(...calls);
      if (!hasMoved && calls[0]?.method === "executions" && entry) {
        hasMoved = true;
        entry.part = 3;
      }
      return result;
    };
    const { body } = await world.post("executions", { executions: [fill("e1", "a")] });
    expect(body).toMatchObject({ results: [{ execId: "e1", status: "applied" }] });
    expect(world.booked.get("e1")).toBe(1);
  });
});

test("executions find an order in a part that nobody has told of", async () => {
  const world = await SplitEdge.of(UNSPLIT);
  const symbol = symbolIn(3);
  await world.post("orders", order("a", symbol));
  // All has moved, and part 0 alone does not say where to yet.
  world.maps.fill(FOUR, 1);
  world.maps[0] = { ...UNSPLIT, version: 1 };
  world.orders.set("a", { part: 3, symbol });
  const { body } = await world.post("executions", { executions: [fill("e1", "a")] });
  expect(body).toMatchObject({ results: [{ execId: "e1", status: "applied" }] });
  expect(world.booked.get("e1")).toBe(1);
});

describe("executions of an order that has left a part, as that one says, and the coordinator has not noted it", () => {
  const moved = async (): Promise<SplitEdge> => {
    const world = await SplitEdge.of(UNSPLIT);
    await world.post("orders", order("a", symbolIn(3)));
    world.maps.fill(FOUR);
    world.noted = UNSPLIT;
    world.orders.set("a", { part: 3, symbol: symbolIn(3) });
    return world;
  };

  test("find the part that has it", async () => {
    const world = await moved();
    // The edge knows that it is split, and not into how many.
    world.maps[0] = { ...UNSPLIT, version: 1 };
    await world.post("executions", { executions: [fill("e0", "nobody")] });
    world.maps[0] = FOUR;
    const { body } = await world.post("executions", { executions: [fill("e1", "a")] });
    expect(body).toMatchObject({ results: [{ execId: "e1", status: "applied" }] });
  });

  test("are not `order-unknown` as long as each look finds that it has moved on", async () => {
    const world = await moved();
    world.orders.delete("a");
    const { calls } = world.edge;
    const push = calls.push.bind(calls);
    calls.push = (...made) => {
      if (made[0]?.method === "parts") world.maps.fill({ ...FOUR, version: world.newest.version + 1 });
      return push(...made);
    };
    const { status, body } = await world.post("executions", { executions: [fill("e1", "a")] });
    expect([status, (body as { code: string }).code]).toEqual([503, "overloaded"]);
  });
});

describe("a split account", () => {
  test("is shown as one, each amount summed exactly", async () => {
    const world = await SplitEdge.of(FOUR);
    const { status, body } = await world.get("");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      equity: "998",
      gross: "42",
      long: "42",
      short: "0",
      net: "31.5",
      tripped: { total: 6 },
      utilisation: [
        { id: "gross", observed: "42", limit: "42", utilisation: "1" },
        { id: "each", scope: { id: "T:3" }, utilisation: "0.75" },
      ],
      seq: 10,
    });
  });

  test("has the exposures of all its parts", async () => {
    const world = await SplitEdge.of(FOUR);
    const { body } = await world.get("/exposures");
    expect(body).toMatchObject({
      gross: "42",
      unpriced: ["T:X"],
      strategies: [{ strategy: "carry", gross: "42" }],
    });
    expect((body as { symbols: unknown[] }).symbols).toHaveLength(4);
  });

  test.each([1, 2, 3, 5, 100])("lists what its parts hold, page by page of at most %i", async (limit) => {
    const world = await SplitEdge.of(FOUR);
    const seen: string[] = [];
    let cursor: string | null = "";
    for (let pages = 0; cursor !== null && pages < 20; pages++) {
      const asked = cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await world.get(`/positions?limit=${limit}${asked}`);
      const page = body as { items: string[]; nextCursor: string | null; total: number };
      expect(page.total).toBe(12);
      expect(page.items.length).toBeLessThanOrEqual(limit);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([0, 1, 2, 3].flatMap((part) => [0, 1, 2].map((n) => `p${part}-${n}`)));
  });

  test("refuses what only one object can answer", async () => {
    const world = await SplitEdge.of(FOUR);
    const { status, body } = await world.get("/balances");
    expect([status, (body as { code: string }).code]).toEqual([409, "account-split"]);
  });

  test("is read by one map: a part that is further says so, and all are asked again", async () => {
    const world = await SplitEdge.of(FOUR);
    await world.get("");
    const later = movedTo(FOUR, [slotOf(symbolIn(1))], 2);
    world.maps[2] = later;
    world.edge.calls.length = 0;
    expect((await world.get("")).status).toBe(200);
    expect(world.asked).toHaveLength(8);
  });

  test("passes limits and states on by its coordinator", async () => {
    const calls: unknown[] = [];
    const edge = await fakeEdge({
      answers: {
        "riskShard.putLimits": () => ({ ...refusal("account-split"), parts: FOUR }),
        "accountSplit.change": (_envelope: unknown, change: unknown) => {
          calls.push(change);
          return { ok: true, value: '{"version":5}' };
        },
      },
    });
    const limits = [{ id: "clip", kind: "max-order-qty", threshold: "5", action: "reject" }];
    const headers = { "if-match": "4" };
    const response = await edge.fetch("PUT", "/v1/accounts/main/limits", { json: { limits }, headers });
    expect([response.status, await response.json()]).toEqual([200, { version: 5 }]);
    expect(calls).toEqual([{ type: "limits", body: JSON.stringify({ limits }), ifMatch: "4" }]);
  });
});

describe("maps that are remembered", () => {
  test("are the newest, and no older than five seconds", () => {
    const maps = new SplitMaps();
    maps.learn("acme/main", FOUR, NOW);
    maps.learn("acme/main", { ...FOUR, version: 8 }, NOW);
    expect(maps.get("acme/main", NOW)).toEqual(FOUR);
    expect(maps.get("acme/main", (NOW + SPLIT_MAP_MS_MAX) as typeof NOW)).toBeUndefined();
  });
  test("are bounded: the oldest leaves", () => {
    const maps = new SplitMaps();
    for (let n = 0; n <= SPLIT_MAPS_MAX; n++) maps.learn(`acme/${n}`, FOUR, NOW);
    expect(maps.size).toBe(SPLIT_MAPS_MAX);
    expect(maps.get("acme/0", NOW)).toBeUndefined();
  });
});
