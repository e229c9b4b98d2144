import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import { fakeEdge } from "../support/fake-edge.ts";

const STRATEGY = {
  name: "carry",
  account: "main",
  instruments: [{ symbol: "XNAS:AAPL", qty: "10", avgPrice: "100" }],
};
const opened = (calls: { method: string; args: readonly unknown[] }[]): string[] =>
  calls.filter(({ method }) => method === "openStrategy").map(({ args }) => String(args[1]));

describe("a new strategy", () => {
  test("is noted by its tenant, then opened in its account's shard", async () => {
    const edge = await fakeEdge({
      answers: { "riskShard.openStrategy": (_envelope: unknown, id: string) => answer(`{"id":"${id}"}`) },
    });
    const response = await edge.fetch("POST", "/v1/strategies", { json: STRATEGY });
    expect(response.status).toBe(201);
    const [id = ""] = opened(edge.calls);
    expect(id).toMatch(/^s-[0-9a-f]{24}$/);
    expect(await response.json()).toEqual({ id });
    expect(edge.calls.map(({ actor, method }) => `${actor} ${method}`)).toEqual([
      "tenantDirectory/acme hasAccount",
      "tenantDirectory/acme admitStrategy",
      "riskShard/acme/main openStrategy",
    ]);
    expect(edge.calls.at(-1)?.args[2]).toBe(JSON.stringify(STRATEGY));
  });

  test("has the same id under the same Idempotency-Key, another under another key, tenant or none", async () => {
    const edge = await fakeEdge();
    const open = (headers: Record<string, string>) =>
      edge.fetch("POST", "/v1/strategies", { json: STRATEGY, headers });
    for (const key of ["k1", "k1", "k2"]) await open({ "idempotency-key": key });
    await open({});
    const [first, again, other, without] = opened(edge.calls);
    expect(again).toBe(first);
    expect(new Set([first, other, without]).size).toBe(3);
  });

  test("in an account that does not exist is 404, and nothing hears of it", async () => {
    const edge = await fakeEdge();
    const response = await edge.fetch("POST", "/v1/strategies", { json: { ...STRATEGY, account: "none" } });
    expect(response.status).toBe(404);
    expect(edge.calls.map(({ method }) => method)).toEqual(["hasAccount"]);
  });

  test("whose key was used in another account is 409", async () => {
    const { fetch } = await fakeEdge({
      answers: { "tenantDirectory.admitStrategy": () => refusal("idempotency-key-reused") },
    });
    expect(
      (await fetch("POST", "/v1/strategies", { json: STRATEGY, headers: { "idempotency-key": "k1" } }))
        .status,
    ).toBe(409);
  });
});

describe("a strategy", () => {
  test.each([
    ["GET", "", undefined, "strategy/acme/carry describe"],
    ["GET", "/positions", undefined, "strategy/acme/carry positions"],
    ["GET", "/pnl", undefined, "strategy/acme/carry pnl"],
    ["DELETE", "", undefined, "riskShard/acme/main closeStrategy"],
  ])("%s %s is asked of the actor that owns it", async (method, path, json, asked) => {
    const edge = await fakeEdge();
    const response = await edge.fetch(
      method,
      `/v1/strategies/carry${path}`,
      json === undefined ? {} : { json },
    );
    expect(response.ok).toBe(true);
    const last = edge.calls.at(-1);
    expect(`${last?.actor} ${last?.method}`).toBe(asked);
  });

  test.each([
    ["PATCH", "", { name: "new" }, "riskShard/acme/main amendStrategy"],
    ["PUT", "/instruments", { instruments: [] }, "riskShard/acme/main replaceLegs"],
  ])(
    "%s %s is asked of the account, and the strategy says what it is since",
    async (method, path, json, asked) => {
      const edge = await fakeEdge();
      expect((await edge.fetch(method, `/v1/strategies/carry${path}`, { json })).ok).toBe(true);
      expect(edge.calls.slice(-2).map((call) => `${call.actor} ${call.method}`)).toEqual([
        asked,
        "strategy/acme/carry describe",
      ]);
      const refusing = await fakeEdge({
        answers: {
          "riskShard.amendStrategy": () => refusal("strategy-state"),
          "riskShard.replaceLegs": () => refusal("field-combination"),
        },
      });
      const refused = await refusing.fetch(method, `/v1/strategies/carry${path}`, { json });
      expect([refused.ok, refusing.calls.at(-1)?.actor]).toEqual([false, "riskShard/acme/main"]);
    },
  );

  test("a list of one state or tag is asked for so, and one of all open ones with nothing more", async () => {
    const edge = await fakeEdge({
      answers: { "tenantDirectory.strategies": () => answer({ items: [], total: 0 }) },
    });
    for (const query of ["", "?state=closed&tag=x"]) await edge.fetch("GET", `/v1/strategies${query}`);
    const asked = edge.calls.filter(({ method }) => method === "strategies").map(({ args }) => args.at(-1));
    expect(asked).toEqual([{ limit: 100 }, { limit: 100, state: "closed", tag: "x" }]);
    expect((await edge.fetch("GET", "/v1/strategies?state=asleep")).status).toBe(422);
  });

  test.each([
    ["GET", ""],
    ["GET", "/positions"],
    ["GET", "/pnl"],
    ["GET", "/m2m"],
    ["DELETE", ""],
  ])("%s %s of one that does not exist is 404, and no object is addressed", async (method, path) => {
    const edge = await fakeEdge();
    const response = await edge.fetch(method, `/v1/strategies/none${path}`);
    expect(response.status).toBe(404);
    expect(edge.calls.map(({ method: called }) => called)).toEqual(["accountOf"]);
  });
});

test("candles go on in Postgres where the strategy's own end", async () => {
  const edge = await fakeEdge({
    answers: {
      "strategy.m2m": (_envelope: unknown, query: object) =>
        answer({ candles: [`{"t":300,"asked":${JSON.stringify(query)}}`], olderThan: 300 }),
    },
    history: {
      m2m: async ({ principal: { tenant } }, strategy, resolution, range) =>
        answer([JSON.stringify({ t: 100, tenant, strategy, resolution, range }), '{"t":200}']),
    },
  });
  const response = await edge.fetch("GET", "/v1/strategies/carry/m2m?limit=2&to=1723075200000");
  expect(await response.json()).toEqual({
    candles: [{ t: 200 }, { t: 300, asked: { resolution: "1", limit: 3, to: 1_723_075_200_000 } }],
    nextCursor: expect.any(String),
  });
});

test.each(["strategies/carry", "strategy-groups/desk"])(
  "candles of %s from a moment that does not lie before the other are refused",
  async (path) => {
    const { fetch } = await fakeEdge();
    const response = await fetch("GET", `/v1/${path}/m2m?from=1723075200000&to=1723075200000`);
    expect([response.status, await response.json()]).toMatchObject([422, { code: "range" }]);
  },
);

describe("statistics", () => {
  test("are asked of the strategy with what the query names, and nothing else", async () => {
    const edge = await fakeEdge();
    const query = "from=1723075200000&capital=1000.50";
    expect((await edge.fetch("GET", `/v1/strategies/carry/statistics?${query}`)).status).toBe(200);
    expect(edge.calls.at(-1)).toMatchObject({ actor: "strategy/acme/carry", method: "statistics" });
    expect(edge.calls.at(-1)?.args[1]).toEqual({ from: 1_723_075_200_000, capital: "1000.50" });
  });

  test.each([
    ["from=1723075200000&to=1723075200000", "range"],
    ["capital=0", "not-positive"],
    ["capital=-1", "not-positive"],
    ["capital=1e3", "number-format"],
    ["since=1723075200000", "unknown-field"],
  ])("with %s are refused", async (query, code) => {
    const { fetch } = await fakeEdge();
    const response = await fetch("GET", `/v1/strategies/carry/statistics?${query}`);
    expect(response.status).toBe(422);
    expect(JSON.stringify(await response.json())).toContain(code);
  });
});

describe("candles wider than a minute", () => {
  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const T = 1_723_075_200_000;
  const candle = (t: number, over: object = {}) => ({
    ...{
      t,
      open: "1",
      high: "5",
      low: "-2",
      close: "3",
      realised: "1",
      unrealised: "2",
      fees: "0",
      funding: "0",
    },
    ...{
      grossExposure: "10",
      tickCount: 4,
      staleLegs: [],
      missingLegs: [],
      sampled: false,
      rev: 0,
      state: "final",
    },
    ...over,
  });
  type Asked = {
    readonly widthMs: number;
    readonly from?: number;
    readonly before: number;
    readonly limit: number;
  };

  async function asked(query: string, recent: object, older: readonly object[]) {
    const folds: Asked[] = [];
    const edge = await fakeEdge({
      answers: { "strategy.m2m": () => answer(recent) },
      history: {
        m2mFolds: async (_envelope, _strategy, fold) => {
          folds.push(fold);
          return answer(older.map((one) => JSON.stringify(one)));
        },
      },
    });
    const response = await edge.fetch("GET", `/v1/strategies/carry/m2m?${query}`);
    return { body: (await response.json()) as { candles: object[]; nextCursor: string | null }, folds, edge };
  }

  test("join the part of an hour that Postgres has with the part that the strategy has", async () => {
    const recent = {
      candles: [
        JSON.stringify(
          candle(T, {
            open: "3",
            high: "9",
            low: "2",
            close: "4",
            rev: 2,
            state: "forming",
            staleLegs: ["XNAS:B"],
          }),
        ),
      ],
      olderThan: T + 20 * MINUTE,
    };
    const older = [
      candle(T - HOUR),
      candle(T, { low: "-10.5", staleLegs: ["XNAS:A"], sampled: true, rev: 1, state: "revised" }),
    ];
    const { body, folds } = await asked("resolution=60&limit=2", recent, older);
    expect(folds).toEqual([{ before: T + 20 * MINUTE, limit: 3, widthMs: HOUR }]);
    expect(body.candles).toEqual([
      candle(T - HOUR),
      candle(T, {
        ...{ open: "1", high: "9", low: "-10.5", close: "4", tickCount: 8, rev: 3 },
        ...{ staleLegs: ["XNAS:A", "XNAS:B"], sampled: true, state: "forming" },
      }),
    ]);
    expect(body.nextCursor).toBeNull();
  });

  test("ask nothing of Postgres where the strategy has all of them", async () => {
    const { body, folds } = await asked("resolution=5", { candles: [JSON.stringify(candle(T))] }, []);
    expect([body.candles.length, folds]).toEqual([1, []]);
  });

  test("begin at `from`, and a page leads to older ones", async () => {
    const older = [0, 1, 2].map((hour) => candle(T - (3 - hour) * HOUR));
    const { body, folds } = await asked(
      `resolution=60&limit=2&from=${T - 5 * HOUR + 1}`,
      { candles: [], olderThan: T },
      older,
    );
    expect(folds).toEqual([{ from: T - 4 * HOUR, before: T, limit: 4, widthMs: HOUR }]);
    expect(body.candles).toEqual(older.slice(1));
    expect(body.nextCursor).toEqual(expect.any(String));
  });

  test("of a calendar's days are folded from half hours, and those of UTC from days", async () => {
    const [friday, monday] = [Date.UTC(2026, 10, 20, 5), Date.UTC(2026, 10, 21, 5)];
    const pieces = [friday, friday + HOUR, monday + 40 * HOUR].map((t) => candle(t));
    const recent = { candles: [], olderThan: monday + 50 * HOUR, calendar: "XNYS" };
    const { body, folds } = await asked("resolution=1D&limit=5", recent, pieces);
    expect(folds.map(({ widthMs }) => widthMs)).toEqual([30 * MINUTE]);
    expect(body.candles).toEqual([candle(friday, { tickCount: 8 }), candle(monday)]);
    const plain = await asked("resolution=1D&limit=5", { candles: [], olderThan: monday }, []);
    expect(plain.folds.map(({ widthMs }) => widthMs)).toEqual([24 * HOUR]);
  });

  test.each(["3", "1S", "1W"])("of %s are not built", async (resolution) => {
    const { fetch } = await fakeEdge();
    const response = await fetch("GET", `/v1/strategies/carry/m2m?resolution=${resolution}`);
    expect(((await response.json()) as { code: string }).code).toBe("resolution-unsupported");
  });
});
