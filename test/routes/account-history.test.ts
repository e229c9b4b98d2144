import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import type { BookedExecution } from "../../src/contracts/account-history.ts";
import { fakeEdge, NOW, OTHER_KEY } from "../support/fake-edge.ts";

const PATH = "/v1/accounts/main/executions";

/** As the account keeps it, and as Postgres answers it. */
const kept = (seq: number): string =>
  JSON.stringify({
    ...{ seq, execId: `e${seq}`, type: "fill", clientOrderId: "o", strategy: null, symbol: "XNAS:AAPL" },
    ...{ side: "buy", qty: "1", price: "10", fee: "0", ts: NOW, opening: false, orders: [], position: null },
    ...{ currency: "USD", realised: "0", at: NOW },
  });
const older = (seq: number): string => {
  const { orders: _, opening: __, position: ___, currency: ____, at, ...rest } = JSON.parse(kept(seq));
  return JSON.stringify({ ...rest, refExecId: null, bookedAt: at });
};

/** Facts 1 to `booked` are executions; the account keeps those from `from` on, Postgres has those up to `archived`. */
async function world(booked: number, from: number, archived: number, away = false) {
  const refused = refusal("history-unavailable", "away");
  const below = (before: number, limit: number, lowest: number, highest: number): number[] => {
    const seqs: number[] = [];
    for (let seq = Math.min(before - 1, highest); seq >= lowest && seqs.length < limit; seq--) seqs.push(seq);
    return seqs;
  };
  return fakeEdge({
    answers: {
      "riskShard.bookedExecutions": (_: unknown, { limit, after }: { limit: number; after?: string }) => {
        const seqs = below(after === undefined ? booked + 1 : Number(after), limit, from, booked);
        const last = seqs.at(-1) ?? from;
        const items = seqs.map(kept);
        return answer({ items, olderThan: from, ...(last > from ? { next: String(last) } : {}) });
      },
    },
    history: {
      executions: async (_envelope, _account, _filter, { before, limit }) =>
        away ? refused : answer(below(before, limit, 1, archived).map(older)),
      executionCount: async () => (away ? refused : answer(archived)),
    },
  });
}

type Listed = { items: BookedExecution[]; nextCursor: string | null; total: number | null; code?: string };
const list = async (edge: Awaited<ReturnType<typeof world>>, query: string): Promise<Listed> =>
  (await (await edge.fetch("GET", `${PATH}?${query}`)).json()) as Listed;

describe("executions of an account", () => {
  test.each([
    ["nothing kept", 21],
    ["a few kept", 15],
    ["a whole page kept", 11],
    ["all kept", 1],
  ])("are one list without a seam, whatever the size of a page: %s", async (_name, from) => {
    for (const limit of [1, 3, 5, 10, 19, 20, 21]) {
      const edge = await world(20, from, 18);
      const seen: number[] = [];
      for (let cursor = ""; ; ) {
        const page = await list(edge, `limit=${limit}${cursor}`);
        seen.push(...page.items.map(({ seq }) => seq));
        if (page.nextCursor === null) break;
        expect(page.items.length).toBe(limit);
        cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
      }
      const unheard = from > 18 ? [20, 19] : [];
      expect(seen).toEqual(
        Array.from({ length: 20 }, (_, index) => 20 - index).filter((seq) => !unheard.includes(seq)),
      );
    }
  });

  test("say the same of one wherever it comes from", async () => {
    const here = await list(await world(1, 1, 0), "");
    const there = await list(await world(1, 2, 1), "");
    expect(here).toEqual(there);
    expect(here).toEqual({
      items: [
        {
          ...{ seq: 1, execId: "e1", type: "fill", clientOrderId: "o", strategy: null, symbol: "XNAS:AAPL" },
          ...{ side: "buy", qty: "1", price: "10", fee: "0", refExecId: null, realised: "0" },
          ...{ ts: NOW, bookedAt: NOW },
        },
      ],
      ...{ nextCursor: null, total: 1 },
    });
  });

  test("are shown as far as the account keeps them while Postgres is away, and the rest is refused", async () => {
    const edge = await world(20, 15, 18, true);
    const first = await list(edge, "limit=10");
    expect(first.items.map(({ seq }) => seq)).toEqual([20, 19, 18, 17, 16, 15]);
    expect(first.total).toBeNull();
    const rest = await edge.fetch("GET", `${PATH}?limit=10&cursor=${encodeURIComponent(first.nextCursor!)}`);
    expect([rest.status, (await rest.json()) as object]).toMatchObject([
      503,
      { code: "history-unavailable" },
    ]);
    const all = await list(await world(6, 1, 0, true), "");
    expect([all.items.length, all.nextCursor, all.total]).toEqual([6, null, 6]);
  });

  test("are asked for by symbol, strategy and type, and by nothing else", async () => {
    const asked: unknown[] = [];
    const edge = await fakeEdge({
      answers: { "riskShard.bookedExecutions": () => answer({ items: [], olderThan: 9 }) },
      history: {
        executions: async (_e, _a, filter) => {
          asked.push(filter);
          return answer([]);
        },
      },
    });
    await edge.fetch("GET", `${PATH}?symbol=XNAS:AAPL&strategy=s&type=bust`);
    const filter = { symbol: "XNAS:AAPL", strategy: "s", type: "bust" };
    expect(asked).toEqual([filter]);
    expect(edge.calls.at(-1)?.args[1]).toEqual({ ...filter, limit: 100 });
    for (const query of ["symbol=AAPL", "type=trade", "side=buy"])
      expect((await edge.fetch("GET", `${PATH}?${query}`)).status).toBe(422);
  });
});

describe("snapshots", () => {
  const snapshot = (seq: number): string => JSON.stringify({ seq });
  test("are listed out of Postgres, page by page, and counted", async () => {
    const asked: unknown[] = [];
    const edge = await fakeEdge({
      history: {
        snapshots: async (_e, account, filter, { before, limit }) => {
          asked.push([account, filter, before]);
          const seqs = [9, 7, 4].filter((seq) => seq < before);
          return answer(seqs.slice(0, limit).map(snapshot));
        },
        snapshotCount: async () => answer(3),
      },
    });
    const path = "/v1/accounts/main/snapshots?limit=2&kind=close";
    const first = (await (await edge.fetch("GET", path)).json()) as Listed;
    expect(first).toMatchObject({ items: [{ seq: 9 }, { seq: 7 }], total: 3 });
    const cursor = encodeURIComponent(first.nextCursor!);
    const second = await (await edge.fetch("GET", `${path}&cursor=${cursor}`)).json();
    expect(second).toEqual({ items: [{ seq: 4 }], nextCursor: null, total: 3 });
    expect(asked).toEqual([
      ["main", { kind: "close" }, Number.MAX_SAFE_INTEGER],
      ["main", { kind: "close" }, 7],
    ]);
    const span = await edge.fetch("GET", "/v1/accounts/main/snapshots?from=1700000000000&to=1600000000000");
    expect(await span.json()).toMatchObject({ code: "range" });
  });

  test("are taken by the account, and an empty body is enough", async () => {
    const edge = await fakeEdge();
    const path = "/v1/accounts/main/snapshots";
    expect((await edge.fetch("POST", path, { json: {} })).status).toBe(200);
    expect(edge.calls.at(-1)).toMatchObject({ actor: "riskShard/acme/main", method: "takeSnapshot" });
    expect((await edge.fetch("POST", path, { json: { reason: "" } })).status).toBe(422);
    expect((await edge.fetch("POST", path, { json: { note: "x" } })).status).toBe(422);
  });

  test.each([
    ["no body and no Content-Type", {}],
    ["an empty body of JSON", { body: "", headers: { "content-type": "application/json" } }],
  ])("are taken with %s: there is no reason then", async (_what, request) => {
    const edge = await fakeEdge();
    expect((await edge.fetch("POST", "/v1/accounts/main/snapshots", request)).status).toBe(200);
    expect(edge.calls.at(-1)).toMatchObject({ method: "takeSnapshot", args: [expect.anything(), "{}"] });
  });

  test("are not taken with a body that is broken", async () => {
    const edge = await fakeEdge();
    const broken = { body: " ", headers: { "content-type": "application/json" } };
    const reply = await edge.fetch("POST", "/v1/accounts/main/snapshots", broken);
    expect([reply.status, await reply.json()]).toMatchObject([400, { code: "json-invalid" }]);
  });
});

describe("profit and loss of an account", () => {
  test("is at average cost and of the whole account unless something else is asked for", async () => {
    const edge = await fakeEdge();
    await edge.fetch("GET", "/v1/accounts/main/pnl");
    await edge.fetch("GET", "/v1/accounts/main/pnl?method=fifo&by=strategy");
    const calls = edge.calls.filter(({ method }) => method === "pnl");
    expect(calls.map(({ args }) => args[1])).toEqual([
      { method: "average", by: "account" },
      { method: "fifo", by: "strategy" },
    ]);
    expect((await edge.fetch("GET", "/v1/accounts/main/pnl?method=hifo")).status).toBe(422);
  });
});

describe("a statement", () => {
  test("is of one date, out of Postgres", async () => {
    const edge = await fakeEdge({
      history: { statement: async (_e, account, date) => answer(JSON.stringify({ account, date })) },
    });
    const reply = await edge.fetch("GET", "/v1/accounts/main/statements?date=2026-11-20");
    expect(await reply.json()).toEqual({ account: "main", date: "2026-11-20" });
    for (const query of ["", "?date=20.11.2026", "?date=2026-11-20&x=1"])
      expect((await edge.fetch("GET", `/v1/accounts/main/statements${query}`)).status).toBe(422);
  });

  test("of a date that does not exist is refused before Postgres is asked", async () => {
    const edge = await fakeEdge({
      history: { statement: () => Promise.reject(new Error("a date that no database can read")) },
    });
    for (const date of ["2026-02-29", "2026-13-01", "2026-04-31", "2026-00-10", "0000-01-01"]) {
      const reply = await edge.fetch("GET", `/v1/accounts/main/statements?date=${date}`);
      expect([date, reply.status, await reply.json()]).toMatchObject([date, 422, { code: "range" }]);
    }
  });

  test("of a date that was not closed is unknown", async () => {
    const edge = await fakeEdge();
    const reply = await edge.fetch("GET", "/v1/accounts/main/statements?date=2026-11-20");
    expect([reply.status, await reply.json()]).toMatchObject([404, { code: "statement-unknown" }]);
  });
});

test("none of it is told of an account that is not the caller's", async () => {
  const edge = await fakeEdge();
  for (const rest of ["executions", "pnl", "snapshots", "statements?date=2026-11-20"]) {
    const reply = await edge.fetch("GET", `/v1/accounts/none/${rest}`, { key: OTHER_KEY });
    expect([reply.status, await reply.json()]).toMatchObject([404, { code: "account-unknown" }]);
  }
});
