/** Trips, violations and decisions of an account at the edge: what is asked of it, and how it answers. */
import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge } from "../support/fake-edge.ts";

type Json = Record<string, unknown>;

/** An account that notes what it is asked. */
async function edgeOf(
  watched: unknown,
  history: Json = {},
  answered: (ask: Json) => unknown = () => answer('{"ok":true}'),
) {
  const asked: Json[] = [];
  const noting = (replyTo: (ask: Json) => unknown) => (_envelope: unknown, ask: Json) => {
    asked.push(ask);
    return replyTo(ask);
  };
  const edge = await fakeEdge({
    answers: {
      "riskShard.watched": noting(() => watched),
      "riskShard.answerWatch": noting(answered),
    },
    history,
  });
  return { edge, asked };
}

describe("violations", () => {
  test("are asked for by what they are about, and come with totals by code", async () => {
    const page = answer({ items: ['{"seq":3}'], total: 3, next: "3", totals: { overfill: 3 } });
    const { edge, asked } = await edgeOf(page);
    const path = "/v1/accounts/main/violations?status=active&code=overfill&symbol=XNAS:AAPL&from=1&limit=1";
    const reply = await edge.fetch("GET", path.replace("from=1", "from=1700000000000"));
    expect(await reply.json()).toMatchObject({ items: [{ seq: 3 }], total: 3, totals: { overfill: 3 } });
    expect(asked).toEqual([
      {
        ...{ limit: 1, list: "violations" },
        filter: { status: "active", code: "overfill", symbol: "XNAS:AAPL", from: 1_700_000_000_000 },
      },
    ]);
  });

  /** Facts 1 to `raised` are violations; the account keeps those from `from` on. */
  const world = (raised: number, from: number, away = false) => {
    const text = (seq: number) => JSON.stringify({ seq });
    const below = (before: number, limit: number, lowest: number): number[] =>
      Array.from({ length: raised }, (_, index) => raised - index)
        .filter((seq) => seq < before && seq >= lowest)
        .slice(0, limit);
    const filters: unknown[] = [];
    const watched = (_envelope: unknown, { limit, after }: { limit: number; after?: string }) => {
      const seqs = below(Number(after ?? raised + 1), limit, from);
      const last = seqs.at(-1) ?? from;
      const totals = { total: raised - from + 1, totals: { overfill: raised - from + 1 } };
      return answer({
        items: seqs.map(text),
        ...totals,
        ...(last > from ? { next: String(last) } : {}),
        olderThan: from,
      });
    };
    const violations = async (
      _envelope: unknown,
      account: string,
      filter: unknown,
      { before, limit }: { before: number; limit: number },
    ) => {
      filters.push([account, filter]);
      return away ? refusal("history-unavailable") : answer(below(before, limit, 1).map(text));
    };
    return {
      filters,
      edge: fakeEdge({ answers: { "riskShard.watched": watched }, history: { violations } }),
    };
  };
  type Listed = { items: { seq: number }[]; nextCursor: string | null; total: number; totals: Json };

  test.each([21, 15, 11, 1])("go on in Postgres without a seam, kept from %s on", async (from) => {
    const { edge } = world(20, from);
    const { fetch } = await edge;
    for (const limit of [1, 3, 5, 10, 19, 20, 21]) {
      const seen: number[] = [];
      for (let cursor = ""; ; ) {
        const reply = await fetch("GET", `/v1/accounts/main/violations?limit=${limit}${cursor}`);
        const page = (await reply.json()) as Listed;
        seen.push(...page.items.map(({ seq }) => seq));
        expect([page.total, page.totals]).toEqual([21 - from, { overfill: 21 - from }]);
        if (page.nextCursor === null) break;
        expect(page.items.length).toBe(limit);
        cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`;
      }
      expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index));
    }
  });

  test("are asked of Postgres by the same filter; while it is away those that the account keeps are shown", async () => {
    const { edge, filters } = world(20, 15, true);
    const { fetch } = await edge;
    const path = "/v1/accounts/main/violations?status=active&code=overfill&limit=10";
    const first = (await (await fetch("GET", path)).json()) as Listed;
    expect(first.items.map(({ seq }) => seq)).toEqual([20, 19, 18, 17, 16, 15]);
    expect(filters).toEqual([["main", { status: "active", code: "overfill" }]]);
    const rest = await fetch("GET", `${path}&cursor=${encodeURIComponent(first.nextCursor!)}`);
    expect([rest.status, await rest.json()]).toMatchObject([503, { code: "history-unavailable" }]);
  });

  test("a status that there is not is refused and asked of nobody", async () => {
    const { edge, asked } = await edgeOf(answer({ items: [], total: 0 }));
    expect((await edge.fetch("GET", "/v1/accounts/main/violations?status=open")).status).toBe(422);
    expect(asked).toEqual([]);
  });

  test("are resolved by their seq", async () => {
    const { edge, asked } = await edgeOf(undefined);
    const json = { reason: "looked at", by: "s" };
    expect((await edge.fetch("POST", "/v1/accounts/main/violations/7/resolve", { json })).status).toBe(200);
    expect(asked).toEqual([{ type: "resolve-violation", seq: 7, body: JSON.stringify(json) }]);
    expect((await edge.fetch("POST", "/v1/accounts/main/violations/0/resolve", { json })).status).toBe(422);
  });
});

test("a limit is released by its id", async () => {
  const { edge, asked } = await edgeOf(undefined);
  const json = { reason: "looked at", by: "s", member: "alpha" };
  await edge.fetch("POST", "/v1/accounts/main/limits/loss/release", { json });
  expect(asked).toEqual([{ type: "release", limitId: "loss", body: JSON.stringify(json) }]);
});

describe("a decision", () => {
  const PATH = "/v1/accounts/main/decisions/9";
  const ASKED = { type: "explain", seq: 9 };
  /** As an account does that has its fact no more. */
  const shown = (ask: Json) => answer(JSON.stringify({ order: ask["fact"] === undefined ? null : {} }));

  test("is explained from its fact in Postgres, where the account has it no more", async () => {
    const { edge, asked } = await edgeOf(undefined, { decisionFact: async () => answer('{"at":1}') }, shown);
    expect(await (await edge.fetch("GET", PATH)).json()).toEqual({ order: {} });
    expect(asked).toEqual([ASKED, { ...ASKED, fact: '{"at":1}' }]);
  });

  test("is explained by the account alone, where its fact waits there", async () => {
    const decisionFact = () => Promise.reject(new Error("Postgres need not be asked"));
    const { edge, asked } = await edgeOf(undefined, { decisionFact }, () => answer('{"order":{}}'));
    expect((await edge.fetch("GET", PATH)).status).toBe(200);
    expect(asked).toEqual([ASKED]);
  });

  test("that the account keeps no more is asked of Postgres, and refused where that has none", async () => {
    const unknown = (ask: Json) => (ask["fact"] === undefined ? refusal("decision-unknown") : shown(ask));
    const known = await edgeOf(undefined, { decisionFact: async () => answer("{}") }, unknown);
    expect((await known.edge.fetch("GET", PATH)).status).toBe(200);
    const { edge, asked } = await edgeOf(undefined, {}, unknown);
    expect((await edge.fetch("GET", PATH)).status).toBe(404);
    expect(asked).toEqual([ASKED]);
    const nobody = await edgeOf(undefined, {}, () => refusal("account-unknown"));
    expect(await (await nobody.edge.fetch("GET", PATH)).json()).toMatchObject({ code: "account-unknown" });
  });

  test.each([
    ["has no such fact", answer(undefined)],
    ["is away", refusal("history-unavailable")],
  ])("is explained from what the account has where Postgres %s", async (_title, found) => {
    const { edge, asked } = await edgeOf(undefined, { decisionFact: async () => found }, shown);
    expect(await (await edge.fetch("GET", PATH)).json()).toEqual({ order: null });
    expect(asked).toEqual([ASKED]);
  });

  test("is looked for by what it is about", async () => {
    const { edge, asked } = await edgeOf(answer({ items: [], total: 0 }));
    await edge.fetch("GET", "/v1/accounts/main/decisions?decision=reject&code=max-daily-loss");
    expect(asked).toEqual([
      { limit: 100, list: "decisions", decided: { decision: "reject", code: "max-daily-loss" } },
    ]);
  });
});
