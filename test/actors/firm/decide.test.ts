/** Rules of firms and desks: what they may become, which limits they may have, and what a child may ask. */
import { describe, expect, test } from "vitest";
import { bookOf, bookVersionOf } from "../../../actors/firm/book.ts";
import type { FirmNode } from "../../../actors/firm/state.ts";
import { nodeText, quotaPage } from "../../../actors/firm/views.ts";
import { nodeReply, quotaReply } from "../../../src/contracts/firms.ts";
import { askOf, codeOf, FirmBench, gross, ONE } from "../../support/firm-bench.ts";

const BUDGET = "firm:f/gross";
const ABOVE = { node: "firm:f", currency: "USD", above: [] };

function firm(threshold = "1000"): FirmBench {
  const bench = new FirmBench();
  bench.put();
  bench.limit(gross(threshold));
  return bench;
}
function desk(above = ABOVE): FirmBench {
  const bench = new FirmBench("acme/d");
  bench.put({ kind: "desk", parent: "f" }, above);
  return bench;
}
/** The firm has answered once, just now. */
function heardDesk(): FirmBench {
  const bench = desk();
  const state = { node: "firm:f", state: "active", reason: "", by: "", at: 0 } as const;
  const book = { version: "firm:f.1", limits: [], states: [state] };
  const { holding } = nodeOf(bench);
  if (holding === undefined) throw new Error("a desk holds");
  const heard = { ...holding, isConfirmed: true, heardAt: bench.clock.now(), book };
  bench.run(bench.turns.moves(() => ({ events: [{ kind: "holding-moved", holding: heard }], value: null })));
  return bench;
}
function nodeOf({ turns: { node } }: FirmBench): FirmNode {
  if (node === undefined) throw new Error("never put");
  return node;
}
const granted = (bench: FirmBench, child = "account:a") =>
  nodeOf(bench).grants.children.get(child)?.granted[BUDGET] ?? 0n;

describe("a firm that was never put", () => {
  test("refuses everything that is asked of it", () => {
    const bench = new FirmBench();
    expect(codeOf(bench.ask(askOf()))).toBe("parent-unknown");
    expect(bench.limit(gross("1"))).toBe("parent-unknown");
    expect(codeOf(bench.run(bench.turns.leave("account:a", "i1", {})))).toBe("parent-unknown");
  });
});

describe("terms", () => {
  test("that are the same change nothing and tell nothing", () => {
    const bench = firm();
    const before = bench.outbox.facts.length;
    expect([bench.put(), bench.limit(gross("1000"))]).toEqual(["ok", "ok"]);
    expect(bench.outbox.facts).toHaveLength(before);
  });

  test("are told with who put them, to the directory too", () => {
    const bench = desk();
    const [fact] = bench.outbox.facts;
    expect(fact?.extras).toEqual(["tenant-directory/acme"]);
    expect([fact?.kind, JSON.parse(fact?.payload ?? "")]).toEqual([
      "firm-put",
      {
        ...{ tenant: "acme", node: "desk:d", id: "d", kind: "desk", currency: "USD", policy: "by-use" },
        ...{ reserve: "0", priority: 100, parent: "f", at: bench.clock.now(), by: "ann" },
      },
    ]);
  });

  test("have the parent's currency, and another one only while there are no children", () => {
    expect(new FirmBench("acme/d").put({ kind: "desk", parent: "f", currency: "EUR" }, ABOVE)).toBe(
      "currency-differs",
    );
    const bench = firm();
    expect(bench.put({ currency: "EUR" })).toBe("ok");
    expect(codeOf(bench.ask(askOf()))).toBe("currency-differs");
    expect(codeOf(bench.ask(askOf({ currency: "EUR" })))).toBe("ok");
    expect(bench.put({ currency: "USD" })).toBe("currency-fixed");
  });

  test("of a desk are no firm's, and put it neither below itself nor below three others", () => {
    const bench = desk();
    expect(bench.put()).toBe("name-taken");
    const chain = (...above: string[]) => ({ ...ABOVE, node: "desk:x", above });
    expect(bench.put({ kind: "desk", parent: "x" }, chain("desk:d", "firm:f"))).toBe("parent-cycle");
    expect(bench.put({ kind: "desk", parent: "x" }, chain("desk:y", "desk:z", "firm:f"))).toBe(
      "parent-depth",
    );
    expect(bench.put({ kind: "desk", parent: "x" }, chain("desk:y", "firm:f"))).toBe("ok");
  });

  test("of a split account are those of a node with the account's name, a firm's or a desk's", () => {
    const bench = new FirmBench("acme/main/split");
    expect([bench.put(), bench.put({ kind: "desk", parent: "f" }, ABOVE)]).toEqual(["ok", "ok"]);
    expect(nodeOf(bench).name).toBe("account:main");
    expect(bench.outbox.facts[0]?.extras).toEqual([]);
  });
});

describe("limits", () => {
  test("keep their kind and their window under their id: what is held and counted is of that one", () => {
    const bench = new FirmBench();
    bench.put();
    const rate = (windowMs: number, id = "rate") => {
      const limits = [{ id, kind: "max-order-rate", threshold: "10", windowMs }] as const;
      return codeOf(bench.run(bench.turns.putLimits(limits, undefined, "ann")));
    };
    expect([rate(1_000), rate(60_000)]).toEqual(["ok", "field-combination"]);
    expect(nodeOf(bench).set.limits).toMatchObject([{ windowMs: 1_000 }]);
    expect(bench.limit(gross("1000", "rate"))).toBe("field-combination");
    expect([rate(60_000, "slower"), rate(60_000, "slower")]).toEqual(["ok", "ok"]);
  });

  test("have versions, and an If-Match that names another one changes nothing", () => {
    const bench = firm();
    const put = (ifMatch: string) => codeOf(bench.run(bench.turns.putLimits([gross("5")], ifMatch, "ann")));
    expect([put("0"), nodeOf(bench).set.version, put("1"), nodeOf(bench).set.version]).toEqual([
      ...["version-conflict", 1, "ok", 2],
    ]);
    expect(bench.store.limitsAt(1)).toEqual([gross("1000")]);
  });

  test("that are lowered below what is granted grant nothing more, and say so", () => {
    const bench = firm();
    bench.ask(askOf({ needs: { [BUDGET]: 800n * ONE } }));
    bench.limit(gross("500"));
    const had = granted(bench);
    expect(had >= 800n * ONE).toBe(true);
    bench.ask(askOf({ child: "account:b", needs: { [BUDGET]: ONE } }));
    expect(granted(bench, "account:b")).toBe(0n);
    const page = quotaReply
      .omit({ nextCursor: true })
      .parse(JSON.parse(quotaPage(nodeOf(bench), { limit: 10 }, 0).text));
    expect(page.limits).toMatchObject([{ limit: "500", free: "0", isOver: true }]);
  });

  test("keep their reserve from growth; what is used already may reach into it", () => {
    const bench = new FirmBench();
    bench.put({ reserve: "25" });
    bench.limit(gross("1000"));
    bench.ask(askOf({ needs: { [BUDGET]: 800n * ONE } }));
    expect(granted(bench)).toBe(750n * ONE);
    const committed = { [BUDGET]: 900n * ONE };
    const held = { [BUDGET]: 750n * ONE };
    bench.ask(askOf({ n: 2, held, committed, used: committed, needs: { [BUDGET]: 150n * ONE } }));
    expect(granted(bench)).toBe(900n * ONE);
  });

  test("are money or counts: a rate of 10 is ten orders, and a net limit has two halves", () => {
    const bench = firm();
    const rate = { id: "rate", kind: "max-order-rate", threshold: "10", windowMs: 1_000 } as const;
    const net = { id: "net", kind: "max-net-exposure", threshold: "7.5" } as const;
    bench.run(bench.turns.putLimits([rate, net], undefined, "ann"));
    expect([...nodeOf(bench).grants.own].map(([name, { limit }]) => [name, limit])).toEqual([
      ["firm:f/rate", 10n],
      ["firm:f/net/long", 75n * (ONE / 10n)],
      ["firm:f/net/short", 75n * (ONE / 10n)],
    ]);
  });
});

describe("children", () => {
  test("that ask in one group see each other: together they get no more than there is", () => {
    const bench = firm();
    const asks = ["a", "b", "c"].map((name) =>
      bench.turns.ask(askOf({ child: `account:${name}`, needs: { [BUDGET]: 600n * ONE } })),
    );
    bench.group(...asks);
    const all = ["account:a", "account:b", "account:c"].map((name) => granted(bench, name));
    expect(all.reduce((sum, one) => sum + one, 0n)).toBeLessThanOrEqual(1_000n * ONE);
    expect(all.filter((one) => one >= 600n * ONE)).toHaveLength(1);
  });

  test("that join, get something, leave or are fenced are told; an ask that moves nothing is not", () => {
    const bench = firm();
    bench.ask(askOf({ needs: { [BUDGET]: ONE } }));
    const held = nodeOf(bench).grants.children.get("account:a")?.granted ?? {};
    const told = bench.outbox.facts.length;
    bench.ask(askOf({ n: 2, held, used: { [BUDGET]: ONE }, committed: { [BUDGET]: ONE } }));
    expect(bench.outbox.facts).toHaveLength(told);
    expect(codeOf(bench.ask(askOf({ incarnation: "i9", held })))).toBe("child-fenced");
    expect(codeOf(bench.run(bench.turns.admit("account:a", { by: "ann", reason: "seen" })))).toBe("ok");
    bench.ask(askOf({ incarnation: "i9", n: 1, held }));
    expect(codeOf(bench.run(bench.turns.leave("account:a", "i9", { [BUDGET]: ONE })))).toBe("child-holds");
    expect(codeOf(bench.run(bench.turns.leave("account:a", "i9", {})))).toBe("ok");
    expect(bench.kinds().slice(2)).toEqual([
      ...["child-joined", "quota-granted", "child-fenced", "child-admitted", "child-left"],
    ]);
  });

  test("hear of a book once, of the limits and states of all above, the nearest first", () => {
    const bench = heardDesk();
    bench.limit(gross("5"));
    const reply = bench.ask(askOf());
    const book = bookOf(nodeOf(bench));
    expect(reply).toMatchObject({ ok: true, value: { book: { version: book.version } } });
    const again = bench.ask(askOf({ n: 2, held: reply.ok ? reply.value.granted : {}, book: book.version }));
    expect(again.ok && "book" in again.value).toBe(false);
    expect(bench.turns.books.get("account:a")).toBe(book.version);
    bench.run(bench.turns.setState({ state: "halted", by: "ann", reason: "drill" }));
    expect(bookVersionOf(nodeOf(bench))).not.toBe(book.version);
    expect(bookOf(nodeOf(bench)).states).toEqual([
      { node: "desk:d", state: "halted", by: "ann", reason: "drill", at: bench.clock.now() },
      { node: "firm:f", state: "active", by: "", reason: "", at: 0 },
    ]);
  });

  test("of a desk that has not heard of its parent are refused: they would not know the limits above", () => {
    expect(codeOf(desk().ask(askOf()))).toBe("parent-away");
    expect(codeOf(heardDesk().ask(askOf()))).toBe("ok");
  });

  test("of a desk whose clock went back are told that what it goes by is too old for anybody", () => {
    const bench = heardDesk();
    bench.clock.pass(-1);
    const reply = bench.ask(askOf());
    expect(reply.ok && (reply.value.ageMs ?? 0) > 5_000).toBe(true);
  });
});

test("what is shown is what the contract says", () => {
  const bench = desk();
  const shown = nodeReply.parse(JSON.parse(nodeText(nodeOf(bench), 1, bench.clock.now())));
  expect(shown).toMatchObject({ node: "desk:d", parent: "f", priority: 100, isCurrent: false, children: 0 });
});
