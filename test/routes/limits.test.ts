import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge, NOW } from "../support/fake-edge.ts";

const PATH = "/v1/accounts/main/limits";
const LIMIT = { id: "clip", kind: "max-order-qty", threshold: "10", action: "reject" };
const TEMPLATE = {
  ...{ template: "equities", version: 3, limits: [LIMIT], by: "ann", at: NOW, reason: null },
};
type Json = Record<string, unknown>;

const template = (_: unknown, name: string) =>
  name === "equities" ? answer(JSON.stringify(TEMPLATE)) : refusal("template-unknown");

describe("limits by a template", () => {
  test("reach the account as they stand in it then, with the template's name and version", async () => {
    const sent: Json[] = [];
    const edge = await fakeEdge({
      answers: {
        "tenantDirectory.template": template,
        "riskShard.putLimits": (_: unknown, body: string) => {
          sent.push(JSON.parse(body));
          return answer('{"version":7}');
        },
      },
    });
    const reply = await edge.fetch("PUT", PATH, { json: { template: "equities", reason: "new year" } });
    expect([reply.status, await reply.json()]).toEqual([200, { version: 7 }]);
    expect(sent).toEqual([{ limits: [LIMIT], reason: "new year", template: { id: "equities", version: 3 } }]);
    const unknown = await edge.fetch("PUT", PATH, { json: { template: "none" } });
    expect([unknown.status, ((await unknown.json()) as Json)["code"]]).toEqual([404, "template-unknown"]);
  });

  test.each([
    ["neither limits nor a template", {}],
    ["both", { limits: [LIMIT], template: "equities" }],
  ])("%s is refused", async (_title, json) => {
    const reply = await (await fakeEdge()).fetch("PUT", PATH, { json });
    expect([reply.status, ((await reply.json()) as Json)["code"]]).toEqual([422, "field-combination"]);
  });
});

describe("limits of many accounts", () => {
  test("are put for each by itself: what one refuses is told of it", async () => {
    const edge = await fakeEdge({
      answers: {
        "tenantDirectory.template": template,
        "tenantDirectory.hasAccount": (_: unknown, account: string) => answer(account !== "gone"),
        "riskShard.putLimits": () => answer('{"version":2}'),
      },
    });
    const reply = await edge.fetch("PUT", "/v1/limits", {
      json: { accounts: ["one", "gone", "two"], template: "equities" },
    });
    expect(await reply.json()).toMatchObject({
      results: [
        { account: "one", version: 2 },
        { account: "gone", code: "account-unknown" },
        { account: "two", version: 2 },
      ],
    });
  });

  test.each([
    ["nobody", []],
    ["one twice", ["one", "one"]],
    ["more than a hundred", Array.from({ length: 101 }, (_, index) => `a${index}`)],
  ])("of %s are refused, and nobody is asked", async (_title, accounts) => {
    const edge = await fakeEdge();
    const reply = await edge.fetch("PUT", "/v1/limits", { json: { accounts, limits: [LIMIT] } });
    expect(reply.status).toBe(422);
    expect(edge.calls).toEqual([]);
  });
});

const version = (of: number): string =>
  JSON.stringify({
    ...{ version: of, since: NOW, by: "ann", what: "put", reason: null, ref: null },
    ...{ approvedBy: null, template: null, limits: 1 },
  });

type Asked =
  | { readonly type: "as-of"; readonly at: number }
  | { readonly type: "versions"; readonly limit: number; readonly before?: number };

/** Versions 1 to `newest`, of which the account keeps those from `from` on. */
const world = (newest: number, from: number, away = false) =>
  fakeEdge({
    answers: {
      "riskShard.limitWork": (_: unknown, asked: Asked) => {
        if (asked.type === "as-of")
          return asked.at >= NOW
            ? answer(JSON.stringify({ version: newest, limits: [LIMIT] }))
            : refusal("limits-unknown");
        const { limit, before = newest + 1 } = asked;
        const items: string[] = [];
        for (let of = before - 1; of >= from && items.length < limit; of--) items.push(version(of));
        return answer(`{"items":[${items.join()}],"total":${newest},"olderThan":${from}}`);
      },
      "riskShard.limits": (_: unknown, of: number) =>
        of >= from ? answer(JSON.stringify({ version: of, limits: [LIMIT] })) : refusal("limits-unknown"),
    },
    history: {
      limitVersions: async (_envelope, _account, { before, limit }) => {
        if (away) return refusal("history-unavailable", "away");
        const items: string[] = [];
        for (let of = before - 1; of >= 1 && items.length < limit; of--) items.push(version(of));
        return answer(items);
      },
      limitsAt: async (_envelope, _account, wanted) => {
        if (away) return refusal("history-unavailable", "away");
        const of = "version" in wanted ? wanted.version : 1;
        if (of === 0) return answer(undefined);
        return answer(JSON.stringify({ version: of, limits: [{ ...LIMIT, threshold: String(of) }] }));
      },
    },
  });

describe("versions of limits", () => {
  test.each([
    ["none kept", 13],
    ["a few kept", 9],
    ["all kept", 1],
  ])("are one list without a seam, whatever the size of a page: %s", async (_title, from) => {
    for (const limit of [1, 4, 5, 12, 13]) {
      const edge = await world(12, from);
      const seen: number[] = [];
      for (let cursor = ""; ; ) {
        const reply = await edge.fetch("GET", `${PATH}/versions?limit=${limit}${cursor}`);
        const page = (await reply.json()) as {
          items: { version: number }[];
          total: number;
          nextCursor: string | null;
        };
        expect(page.total).toBe(12);
        seen.push(...page.items.map((item) => item.version));
        if (page.nextCursor === null) break;
        cursor = `&cursor=${page.nextCursor}`;
      }
      expect(seen).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]);
    }
  });

  test("that are kept are shown while Postgres is away, and who goes on is told", async () => {
    const edge = await world(12, 9, true);
    const page = (await (await edge.fetch("GET", `${PATH}/versions`)).json()) as {
      items: unknown[];
      nextCursor: string;
    };
    expect(page.items).toHaveLength(4);
    expect((await edge.fetch("GET", `${PATH}/versions?cursor=${page.nextCursor}`)).status).toBe(503);
  });

  test("that the account no longer keeps, and those of a moment, are read in Postgres", async () => {
    const edge = await world(12, 9);
    const read = async (query: string) => {
      const reply = await edge.fetch("GET", `${PATH}?${query}`);
      const body = (await reply.json()) as Json;
      return body["version"] ?? body["code"];
    };
    expect(await read("version=10")).toBe(10);
    expect(await read("version=3")).toBe(3);
    expect(await read("version=0")).toBe("limits-unknown");
    expect(await read(`asOf=${NOW}`)).toBe(12);
    expect(await read(`asOf=${NOW - 1}`)).toBe(1);
    expect(await read(`asOf=${NOW}&version=3`)).toBe("field-combination");
  });

  test("differ by what the account keeps and what Postgres has, and which limits the second loosens", async () => {
    const edge = await world(12, 9);
    const diff = async (from: number, to: number) =>
      (await (await edge.fetch("GET", `${PATH}/diff?from=${from}&to=${to}`)).json()) as Json;
    expect(await diff(3, 10)).toMatchObject({
      ...{ from: 3, to: 10, added: [], removed: [], loosens: ["clip"] },
      changed: [
        { id: "clip", fields: ["threshold"], before: { threshold: "3" }, after: { threshold: "10" } },
      ],
    });
    expect(await diff(10, 3)).toMatchObject({ loosens: [] });
    expect(await diff(0, 3)).toMatchObject({ code: "limits-unknown" });
  });
});
