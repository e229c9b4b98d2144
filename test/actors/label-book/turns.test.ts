import { describe, expect, test, vi } from "vitest";
import { attemptOf } from "../../../actors/label-book/attempt.ts";
import { GONE_MAX, VERSIONS_MAX, VERSIONS_SLACK } from "../../../actors/label-book/limits.ts";
import { IDEMPOTENCY_KEYS_MAX } from "../../../actors/runtime/idempotency.ts";
import { AT, LabelBench, noted, SYMBOL } from "../../support/label-bench.ts";
import { envelope } from "../../support/runtime-fakes.ts";

describe("a creation", () => {
  test("gets the same reply again by its key and by its id, also after changes, its end, and a restart", () => {
    const bench = new LabelBench();
    const first = bench.create(noted({ id: "mine" }), { key: "k1" });
    bench.change("mine", { text: "changed" });
    expect(bench.create(noted({ id: "mine" }), { key: "k1" })).toEqual(first);
    expect(bench.create(noted({ id: "mine" }))).toEqual(first);
    bench.remove("mine");
    bench.restart();
    expect(bench.create(noted({ id: "mine" }), { key: "k2" })).toEqual(first);
    expect(bench.count("label")).toBe(0);
    expect(bench.outbox.facts.map(({ kind }) => kind)).toEqual(["label-put", "label-put", "label-deleted"]);
  });

  test("that is repeated within one group has one effect", () => {
    const bench = new LabelBench();
    const turns = [1, 2, 3].map(() => bench.createTurn(noted(), { key: "k1" }));
    const replies = bench.group(...turns);
    expect(replies[1]).toEqual(replies[0]);
    expect(replies[2]).toEqual(replies[0]);
    expect(bench.count("label")).toBe(1);
  });

  test("with another body under the same key or id is refused, and changes nothing", () => {
    const bench = new LabelBench();
    bench.made(noted({ id: "mine" }), { key: "k1" });
    for (const reply of [
      bench.create(noted({ id: "mine", text: "other" })),
      bench.create(noted({ text: "other" }), { key: "k1" }),
      bench.create(noted({ id: "else" }), { key: "k1" }),
    ])
      expect(reply).toMatchObject({ ok: false, code: "idempotency-key-reused" });
    expect(bench.read("mine")).toMatchObject({ text: "a note", version: 1 });
    expect(bench.outbox.facts).toHaveLength(1);
  });

  test("is the same body whatever the order of its fields; the key of another caller is another key", async () => {
    const one = { symbol: SYMBOL, ts: AT, text: "x", metadata: { a: 1, b: "2" } };
    const other = { metadata: { b: "2", a: 1 }, text: "x", ts: AT, symbol: SYMBOL };
    const caller = (subject: string) => ({
      ...envelope(),
      idempotencyKey: "k",
      principal: { tenant: "t", subject },
    });
    const [first, second, third] = await Promise.all([
      attemptOf(caller("s1"), one as never),
      attemptOf(caller("s1"), other as never),
      attemptOf(caller("s2"), { ...one, text: "y" } as never),
    ]);
    expect(second).toMatchObject({ keys: first.keys, bodyHash: first.bodyHash });
    expect(third.keys).not.toEqual(first.keys);
    expect(third.bodyHash).not.toBe(first.bodyHash);
    expect(first.id).toMatch(/^l-[0-9a-f]{24}$/);
    expect(second.id).not.toBe(first.id);
  });
});

test.each([
  "<script>alert(1)</script><img src=x onerror=alert(1)>",
  "quotes \" and \\ and ' and `backticks`",
  "tab\tand\nnewline",
  "ÄÖÜ ß é é 中文 العربية \u202Ertl\u202C 👩‍👩‍👧‍👦 𝔘 \u00a0\u200b\ufeff\uffff",
  "'; DROP TABLE label; --",
  " leading and trailing ",
])("text stays text, to the last character: %j", (text) => {
  const bench = new LabelBench();
  const { id } = bench.made(noted({ text, metadata: { text } }));
  bench.restart();
  expect(bench.read(id)).toMatchObject({ text, metadata: { text } });
  expect(bench.history(id)?.[0]?.label?.text).toBe(text);
  expect(JSON.parse(bench.outbox.facts[0]?.payload ?? "").label.text).toBe(text);
});

describe("lists", () => {
  const bench = new LabelBench();
  for (const [id, symbol, ts] of [
    ["a", SYMBOL, AT],
    ["b", SYMBOL, AT],
    ["c", "XNAS:MSFT", AT + 5],
    ["d", SYMBOL, AT + 10],
    ["e", SYMBOL, AT - 10],
  ] as const)
    bench.made(noted({ id, symbol, ts }));
  const ids = (query: object) => {
    const { items, ...rest } = bench.turns.list({ limit: 10, ...query });
    return [items.map((item) => JSON.parse(item).id).join(""), rest.total];
  };

  test("are the newest by ts first, of one symbol or all, from inclusive to exclusive, with how many there are", () => {
    expect(ids({})).toEqual(["dcbae", 5]);
    expect(ids({ symbol: SYMBOL })).toEqual(["dbae", 4]);
    expect(ids({ symbol: "XNAS:NONE" })).toEqual(["", 0]);
    expect(ids({ from: AT, to: AT + 10 })).toEqual(["cba", 3]);
    expect(ids({ symbol: SYMBOL, from: AT, to: AT + 11 })).toEqual(["dba", 3]);
    expect(ids({ from: AT + 10, to: AT })).toEqual(["", 0]);
  });

  test("come in pages without gap or double, of labels of one moment too", () => {
    for (const query of [{}, { symbol: SYMBOL }, { from: AT, to: AT + 6 }]) {
      const whole = bench.turns.list({ limit: 10, ...query }).items;
      const paged: string[] = [];
      let after: string | undefined;
      do {
        const page = bench.turns.list({ limit: 1, ...query, ...(after === undefined ? {} : { after }) });
        paged.push(...page.items);
        expect(page.total).toBe(whole.length);
        after = page.next;
      } while (after !== undefined);
      expect(paged).toEqual(whole);
    }
  });

  test("are read by an index, whichever way they are asked for", () => {
    const asked = vi.spyOn(bench.sql, "exec");
    for (const query of [
      { symbol: SYMBOL, from: AT },
      { from: AT, to: AT + 6 },
      { symbol: SYMBOL, after: `${AT}/b` },
    ])
      bench.turns.list({ limit: 10, ...query });
    const statements = asked.mock.calls.map(([statement, ...bindings]) => ({ statement, bindings }));
    asked.mockRestore();
    const plans = statements.map(({ statement, bindings }) =>
      bench.sql
        .exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${statement}`, ...bindings)
        .map(({ detail }) => detail),
    );
    expect(plans).toHaveLength(6);
    for (const plan of plans)
      expect(plan).toEqual([expect.stringMatching(/^SEARCH label USING (COVERING )?INDEX label_by_/)]);
  });
});

describe("the audit", () => {
  test("names every version with who, when and what, of one that was deleted too", () => {
    const bench = new LabelBench();
    bench.made(noted({ id: "mine" }));
    bench.clock.pass(5);
    bench.change("mine", { text: "second" }, { by: "key-2" });
    bench.clock.pass(5);
    bench.remove("mine", undefined, "key-3");
    bench.remove("mine");
    const start = bench.clock.now() - 10;
    expect(bench.history("mine")).toMatchObject([
      { version: 3, at: start + 10, by: "key-3", what: "deleted", label: null },
      {
        version: 2,
        at: start + 5,
        by: "key-2",
        what: "changed",
        label: { text: "second", createdBy: "key-1" },
      },
      { version: 1, at: start, by: "key-1", what: "created", label: { text: "a note", version: 1 } },
    ]);
    expect(bench.history("nobody")).toBeUndefined();
    expect(bench.read("mine")).toBeUndefined();
  });

  test("comes in pages, and says where Postgres has to go on", () => {
    const bench = new LabelBench();
    bench.made(noted({ id: "mine" }));
    for (let n = 2; n <= 5; n++) bench.change("mine", { text: `text ${n}` });
    bench.sql.exec("DELETE FROM label_version WHERE version <= 2");
    const page = (query: { limit: number; before?: number }) => {
      const reply = bench.turns.history("mine", query);
      if (!reply.ok) throw new Error(reply.code);
      const { items, ...rest } = reply.value;
      return [items.map((item) => JSON.parse(item).version), rest];
    };
    const always = { total: 5, first: 1 };
    expect(page({ limit: 2 })).toEqual([[5, 4], always]);
    expect(page({ limit: 3 })).toEqual([[5, 4, 3], always]);
    expect(page({ limit: 4 })).toEqual([[5, 4, 3], { ...always, olderThan: 3 }]);
    expect(page({ limit: 4, before: 3 })).toEqual([[], { ...always, olderThan: 3 }]);
    expect(page({ limit: 4, before: 2 })).toEqual([[], { ...always, olderThan: 2 }]);
    expect(page({ limit: 4, before: 1 })).toEqual([[], always]);
    expect(page({ limit: 1, before: 99 })).toEqual([[5], always]);
  });
});

describe("bounds", () => {
  const numbers = (upTo: number) =>
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${upTo})`;

  test("bound label-book/table:label_version: the oldest leave, and only once Postgres has them", () => {
    const bench = new LabelBench();
    const rows = VERSIONS_MAX + VERSIONS_SLACK;
    bench.sql.database.exec(
      `${numbers(rows)} INSERT INTO label_version SELECT i - ${rows}, 'filler', i, '{}' FROM n`,
    );
    bench.sql.exec("UPDATE label_count SET versions = ?1", rows);
    bench.restart();
    bench.archived = 10 - rows;
    bench.made(noted({ id: "one" }));
    expect(bench.count("label_version")).toBe(rows + 1 - 10);
    bench.archived = 0;
    for (let n = 2; n <= 11; n++) bench.change("one", { text: `text ${n}` });
    expect(bench.count("label_version")).toBeLessThanOrEqual(rows);
    expect(bench.store.versionRows).toBe(bench.count("label_version"));
    expect(bench.history("one")).toHaveLength(11);
  });

  test("bound label-book/table:label_gone: on disk too the id that was deleted first is forgotten, and may be taken again", () => {
    const bench = new LabelBench();
    bench.sql.database.exec(
      `${numbers(GONE_MAX)} INSERT INTO label_gone SELECT 'gone-' || i, i - ${GONE_MAX}, 6, 1 FROM n`,
    );
    bench.sql.exec("UPDATE label_count SET gone = ?1", GONE_MAX);
    bench.restart();
    const ids = ["x", "y", "z"];
    for (const id of ids) bench.made(noted({ id }));
    bench.group(...ids.map((id) => bench.turns.remove(id, undefined, "key-1")));
    expect(bench.count("label_gone")).toBe(GONE_MAX);
    bench.restart();
    for (const n of [1, 2, 3]) expect(bench.made(noted({ id: `gone-${n}` })).version).toBe(7);
    expect(bench.create(noted({ id: "gone-4" }))).toMatchObject({ code: "idempotency-key-reused" });
  });

  test("bound label-book/table:label_count: it is one row", () => {
    const bench = new LabelBench();
    for (const id of ["a", "b"]) bench.made(noted({ id }));
    for (const id of ["a", "b"]) bench.remove(id);
    expect(bench.count("label_count")).toBe(1);
  });

  test("bound label-book/table:idempotency: the oldest ids are forgotten, and stay taken", () => {
    const bench = new LabelBench();
    bench.made(noted({ id: "old" }));
    for (let n = 0; n < IDEMPOTENCY_KEYS_MAX; n++) bench.store.calls.remember(`k${n}`, "h", "{}");
    bench.sql.transaction(() => bench.store.write());
    expect(bench.store.calls.size).toBe(IDEMPOTENCY_KEYS_MAX);
    expect(bench.create(noted({ id: "old" }))).toMatchObject({ ok: false, code: "idempotency-key-reused" });
  });
});
