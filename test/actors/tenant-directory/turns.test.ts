import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fact } from "../../../actors/runtime/fact.ts";
import { FORGOTTEN_AFTER_MS, SENDERS_MAX, STRATEGIES_MAX } from "../../../actors/tenant-directory/bounds.ts";
import { TenantBench } from "../../support/tenant-bench.ts";
import { AT, amended, closed, opened } from "../../support/tenant-news.ts";

function directory(...accounts: readonly string[]): TenantBench {
  const bench = new TenantBench();
  for (const account of accounts) bench.admitAccount(account);
  return bench;
}

describe("names", () => {
  test("are known from their admission on, through an eviction, and told to the archiver once", () => {
    const bench = directory("main", "main");
    bench.admitStrategy("s1", "main");
    bench.admitStrategy("s1", "main");
    bench.restart();
    bench.admitStrategy("s1", "main");
    expect([bench.store.hasAccount("main"), bench.store.hasAccount("other")]).toEqual([true, false]);
    expect(bench.turns.accountOf("s1")).toEqual({ ok: true, value: "main" });
    expect(bench.turns.accountOf("s2")).toMatchObject({ ok: false, code: "strategy-unknown" });
    expect(bench.outbox.facts.map(({ kind, payload }) => [kind, JSON.parse(payload)])).toEqual([
      ["account-admitted", { tenant: "acme", account: "main", at: bench.clock.now() }],
      ["strategy-admitted", { tenant: "acme", strategy: "s1", account: "main", at: bench.clock.now() }],
    ]);
  });

  test("admitted in one group are known to the commands behind them", () => {
    const bench = new TenantBench();
    const { turns } = bench;
    const replies = bench.group(
      turns.admitAccount("main"),
      turns.admitAccount("main"),
      turns.admitStrategy("s1", "main"),
      turns.admitStrategy("s1", "main"),
      turns.admitStrategy("s1", "x"),
    );
    expect(replies.map((reply) => (reply.ok ? "ok" : reply.code))).toEqual([
      "ok",
      "ok",
      "ok",
      "ok",
      "account-unknown",
    ]);
    expect([bench.count("account"), bench.count("strategy"), bench.outbox.facts.length]).toEqual([1, 1, 2]);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "%s is a name like any other",
    (name) => {
      const bench = new TenantBench();
      expect(bench.store.hasAccount(name)).toBe(false);
      expect(bench.turns.accountOf(name).ok).toBe(false);
      bench.admitAccount(name);
      expect(bench.store.hasAccount(name)).toBe(true);
    },
  );
});

describe("the list", () => {
  test("shows strategies from their opening to their closing; a closed one keeps its account", () => {
    const bench = directory("main");
    bench.admitStrategy("s1", "main");
    expect(bench.listed()).toEqual([]);
    bench.hear("main", opened(1, "s1", "main"));
    expect(bench.listed()).toEqual(["s1"]);
    bench.hear("main", amended(2, "s1", "new name"));
    expect(JSON.parse(bench.turns.strategies({ limit: 1 }).items[0] ?? "")).toMatchObject({
      name: "new name",
    });
    bench.hear("main", closed(3, "s1"));
    expect(bench.listed()).toEqual([]);
    expect(bench.turns.accountOf("s1")).toEqual({ ok: true, value: "main" });
  });

  test("is the same for a batch that comes twice, overlaps, or comes again after an eviction", () => {
    const bench = directory("main");
    const facts = [opened(3, "s1", "main"), closed(5, "s1"), opened(9, "s2", "main")];
    expect(bench.hear("main", ...facts)).toEqual({ ok: true, value: { watermark: 9 } });
    expect(bench.hear("main", ...facts)).toEqual({ ok: true, value: { watermark: 9 } });
    bench.restart();
    expect(bench.hear("main", ...facts.slice(1), closed(10, "s2"))).toEqual({
      ok: true,
      value: { watermark: 10 },
    });
    expect([bench.listed(), bench.turns.strategies({ limit: 1 }).total]).toEqual([[], 0]);
  });

  test("news that cannot be read is confirmed by nothing, and taken when it can be", () => {
    const bench = directory("main");
    const broken: Fact = [2, AT, "strategy-opened", "{"];
    expect(bench.hear("main", opened(1, "s1", "main"), broken)).toMatchObject({ ok: false, code: "invalid" });
    expect(bench.listed()).toEqual([]);
    expect(bench.hear("main", opened(1, "s1", "main"))).toEqual({ ok: true, value: { watermark: 1 } });
    expect(bench.hear("main", opened(1, "s1", "main"), opened(2, "s2", "main"))).toEqual({
      ok: true,
      value: { watermark: 2 },
    });
    expect(bench.listed()).toEqual(["s1", "s2"]);
  });
});

test("after any news, repeats and restarts the list is what plain maps say, in pages without gaps or doubles and with one total", () => {
  const ids = ["s1", "s2", "s3", "s4", "S-5", "0.6"];
  const step = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.record({
        act: fc.constantFrom("open", "amend", "close"),
        id: fc.constantFrom(...ids),
        repeat: fc.boolean(),
      }),
    },
    { weight: 1, arbitrary: fc.constant("restart" as const) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 4 }), (steps, limit) => {
      const bench = directory("main");
      const model = new Map<string, string>();
      const sent: Fact[] = [];
      for (const one of steps) {
        if (one === "restart") bench.restart();
        else {
          sent.push(factOf(one.act, sent.length + 1, one.id));
          follow(model, one.act, sent.length, one.id);
          bench.hear("main", ...(one.repeat ? sent : sent.slice(-1)));
        }
      }
      const expected = [...model].filter(([, name]) => name !== "").map(([id, name]) => `${id} ${name}`);
      const { seen, totals } = pagesOf(bench, limit);
      expect(seen).toEqual(expected.sort());
      expect([...totals]).toEqual([expected.length]);
      const closedOnes = [...model].filter(([, name]) => name === "").map(([id]) => id);
      expect(
        bench.turns.strategies({ limit: 10, state: "closed" }).items.map((item) => JSON.parse(item).id),
      ).toEqual(closedOnes.sort());
      expect(bench.store.load()).toEqual({
        accounts: 1,
        strategies: model.size,
        open: expected.length,
        closed: closedOnes.length,
      });
      bench.sql.close();
    }),
    { numRuns: 200 },
  );
});

test("accounts are listed by name, page by page, also after a restart", () => {
  const bench = directory("beta", "alpha", "gamma");
  bench.restart();
  const first = bench.turns.accounts({ limit: 2 });
  expect(first).toEqual({ items: ['{"account":"alpha"}', '{"account":"beta"}'], total: 3, next: "beta" });
  expect(bench.turns.accounts({ limit: 2, after: "beta" })).toEqual({
    items: ['{"account":"gamma"}'],
    total: 3,
  });
});

const factOf = (act: string, seq: number, id: string): Fact =>
  act === "open"
    ? opened(seq, id, "main")
    : act === "amend"
      ? amended(seq, id, `amended ${seq}`)
      : closed(seq, id);

/** Id to name; an empty name where it is closed. */
function follow(model: Map<string, string>, act: string, seq: number, id: string): void {
  if (act === "open") model.set(id, `name of ${id}`);
  if (act === "amend" && (model.get(id) ?? "") !== "") model.set(id, `amended ${seq}`);
  if (act === "close" && model.has(id)) model.set(id, "");
}

function pagesOf(bench: TenantBench, limit: number): { seen: string[]; totals: Set<number> } {
  const seen: string[] = [];
  const totals = new Set<number>();
  for (let after: string | undefined = ""; after !== undefined; ) {
    const page = bench.turns.strategies({ limit, after });
    seen.push(...page.items.map((item) => JSON.parse(item)).map(({ id, name }) => `${id} ${name}`));
    totals.add(page.total);
    after = page.next;
  }
  return { seen, totals };
}

describe("bounds", () => {
  test("bound tenant-directory/table:strategy: only those announced over an hour ago and never opened make room", () => {
    const bench = directory("main");
    for (const id of ["old", "opened", "young"]) {
      if (id === "young") bench.clock.pass(FORGOTTEN_AFTER_MS + 1);
      bench.admitStrategy(id, "main");
    }
    bench.hear("main", opened(1, "opened", "main"));
    bench.sql.database.exec(
      `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${STRATEGIES_MAX - 3})
       INSERT INTO strategy SELECT 'filler' || i, 'main', 'closed', 0, '', '', 0 FROM n`,
    );
    bench.restart();
    expect(bench.count("strategy")).toBe(STRATEGIES_MAX);
    expect(bench.admitStrategy("new", "main").ok).toBe(true);
    expect(bench.count("strategy")).toBe(STRATEGIES_MAX);
    expect(bench.turns.accountOf("old").ok).toBe(false);
    expect(bench.admitStrategy("another", "main")).toMatchObject({ ok: false, code: "too-many" });
    expect(bench.turns.accountOf("young").ok).toBe(true);
  });

  test("bound tenant-directory/table:inbox: as many accounts and desks are heard as there may be, one more is refused", () => {
    const bench = new TenantBench();
    const fill = (from: number, to: number) =>
      bench.sql.database.exec(
        `WITH RECURSIVE n(i) AS (SELECT ${from} UNION ALL SELECT i + 1 FROM n WHERE i < ${to}) INSERT INTO inbox SELECT 'risk-shard:acme/a' || i, 1 FROM n`,
      );
    fill(1, SENDERS_MAX - 1);
    bench.restart();
    expect(bench.hear("last", opened(1, "s1", "last")).ok).toBe(true);
    expect(bench.hear("more", opened(1, "s2", "more"))).toMatchObject({ ok: false, code: "overloaded" });
    expect(bench.hear("last", closed(2, "s1")).ok).toBe(true);
    expect(bench.count("inbox")).toBe(SENDERS_MAX);
  });
});
