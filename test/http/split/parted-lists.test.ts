/** Decisions, violations, snapshots and statements of an account that is or was split, as its parts have them. */
import { describe, expect, test } from "vitest";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import { type PartsMap, UNSPLIT } from "../../../src/domain/parts-map.ts";
import { type FakeEdge, fakeEdge } from "../../support/fake-edge.ts";

const TWO: PartsMap = { version: 33, slots: "01".repeat(32) };
const MERGED: PartsMap = { ...UNSPLIT, version: 70 };
const PATH = "/v1/accounts/main";

type Asked = { readonly limit: number; readonly after?: string };

/** Part 1 has what lies between the facts of part 0. */
const factsOf = (part: number): { seq: number; ts: number; code: string }[] =>
  [4, 3, 2, 1].map((seq) => ({ seq, ts: 1_000 + 10 * seq + part, code: part === 0 ? "overfill" : "gross" }));

async function world(map: PartsMap): Promise<FakeEdge> {
  const page = (edge: () => FakeEdge, { parts }: Envelope, { limit, after }: Asked) => {
    const [, , , part = "0"] = (edge().calls.at(-1)?.actor ?? "").split("/");
    const isParted = map === TWO || part !== "0";
    if (isParted && (parts ?? -1) < map.version) return { ...refusal("account-split"), parts: map };
    const rest = factsOf(Number(part)).filter(({ seq }) => after === undefined || seq < Number(after));
    const shown = rest.slice(0, limit);
    const next = rest.length > limit ? { next: String(shown.at(-1)?.seq) } : {};
    const totals = { [part === "0" ? "overfill" : "gross"]: 4, both: 1 };
    return answer({
      ...{ items: shown.map((fact) => JSON.stringify(fact)), total: 4, totals, olderThan: 1, parts: map },
      ...next,
    });
  };
  const edge: FakeEdge = await fakeEdge({
    answers: {
      "riskShard.decisions": (envelope: Envelope, asked: Asked) => page(() => edge, envelope, asked),
      "riskShard.watched": (envelope: Envelope, asked: Asked) => page(() => edge, envelope, asked),
      "riskShard.answerWatch": (_: Envelope, { seq }: { seq: number }) =>
        answer(JSON.stringify({ seq, order: {} })),
    },
    history: {
      accountParts: async () => answer([1]),
      snapshots: async (_e, _a, { part }) => answer([JSON.stringify({ seq: 5, part })]),
      snapshotCount: async () => answer(1),
      statement: async (_e, account, date, part) => answer(JSON.stringify({ account, date, part })),
    },
  });
  return edge;
}

const get = async (edge: FakeEdge, rest: string) => {
  const reply = await edge.fetch("GET", `${PATH}${rest}`);
  return { status: reply.status, body: (await reply.json()) as never };
};

describe.each([
  ["split", TWO],
  ["merged", MERGED],
])("of an account that is %s", (_how, map) => {
  test.each(["decisions", "decisions?decision=accept", "violations"])(
    "%s are those of all parts",
    async (list) => {
      const edge = await world(map);
      const seen: string[] = [];
      for (let cursor = ""; ; ) {
        const { body } = await get(edge, `/${list}${list.includes("?") ? "&" : "?"}limit=3${cursor}`);
        const { items, nextCursor, total } = body as {
          items: { seq: number; part?: number }[];
          nextCursor: string | null;
          total: number;
        };
        expect(total).toBe(8);
        seen.push(...items.map(({ seq, part = 0 }) => `${part}/${seq}`));
        if (nextCursor === null) break;
        cursor = `&cursor=${encodeURIComponent(nextCursor)}`;
      }
      expect(seen).toEqual(["1/4", "0/4", "1/3", "0/3", "1/2", "0/2", "1/1", "0/1"]);
    },
  );

  test("violations are counted by code over all parts", async () => {
    const { body } = await get(await world(map), "/violations?limit=1");
    expect(body).toMatchObject({ totals: { overfill: 4, gross: 4, both: 2 } });
  });

  test("a decision of a part is asked of that part, and says so", async () => {
    const edge = await world(map);
    expect(await get(edge, "/decisions/3?part=1")).toEqual({
      status: 200,
      body: { seq: 3, order: {}, part: 1 },
    });
    expect(edge.calls.at(-1)).toMatchObject({ actor: "riskShard/acme/main/1", method: "answerWatch" });
    expect(await get(edge, "/decisions/3")).toEqual({ status: 200, body: { seq: 3, order: {} } });
    expect(edge.calls.at(-1)).toMatchObject({ actor: "riskShard/acme/main" });
  });

  test("a violation is resolved in the part that raised it, and nobody else's of the same seq", async () => {
    const edge = await world(map);
    const body = { reason: "it was hedged by voice", by: "ann" };
    const at = `${PATH}/violations/3/resolve`;
    expect(await (await edge.fetch("POST", `${at}?part=1`, { json: body })).json()).toMatchObject({
      part: 1,
    });
    expect(edge.calls.at(-1)).toMatchObject({ actor: "riskShard/acme/main/1", method: "answerWatch" });
    expect(await (await edge.fetch("POST", at, { json: body })).json()).not.toHaveProperty("part");
    expect(edge.calls.at(-1)).toMatchObject({ actor: "riskShard/acme/main" });
    const never = await edge.fetch("POST", `${at}?part=5`, { json: body });
    expect([never.status, await never.json()]).toMatchObject([404, { code: "violation-unknown" }]);
  });

  test("a part that there never was is not addressed", async () => {
    const edge = await world(map);
    expect(await get(edge, "/decisions/3?part=5")).toMatchObject({
      status: 404,
      body: { code: "decision-unknown" },
    });
    expect(edge.calls.filter(({ method }) => method === "answerWatch")).toEqual([]);
    expect((await get(edge, "/decisions/3?part=8")).status).toBe(422);
  });
});

test("snapshots and a statement are those of the part that is asked for", async () => {
  const edge = await world(MERGED);
  expect((await get(edge, "/snapshots?part=1")).body).toMatchObject({ items: [{ seq: 5, part: 1 }] });
  expect((await get(edge, "/statements?date=2026-11-20&part=1")).body).toEqual({
    ...{ account: "main", date: "2026-11-20", part: 1 },
  });
  for (const path of ["/snapshots?part=8", "/statements?date=2026-11-20&part=-1"])
    expect((await get(edge, path)).status).toBe(422);
});
