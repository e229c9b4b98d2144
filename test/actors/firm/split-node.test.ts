/** The quotas of a split account that is merged: they answer nobody, since they know nothing any more of what stands above it. */
import { expect, test } from "vitest";
import {
  applyRefusal,
  applyReply,
  askFor,
  type Holding,
  loadHolding,
  type StoredHolding,
  storedOf,
} from "../../../actors/runtime/escrow/holding.ts";
import { askOf, codeOf, FirmBench, gross, ONE } from "../../support/firm-bench.ts";

const TERMS = { kind: "desk", parent: "f" } as const;
const ABOVE = { node: "firm:f", currency: "USD", above: [] };

/** Below a firm that it has heard of, with part 0 as its child. */
function split(): FirmBench {
  const bench = new FirmBench("acme/a/split");
  bench.put(TERMS, ABOVE);
  bench.limit(gross("1000"));
  const book = { version: "firm:f.1", limits: [], states: [] };
  const holding = { ...loadHolding(undefined, "h1"), isConfirmed: true, heardAt: bench.clock.now(), book };
  bench.run(bench.turns.moves(() => ({ events: [{ kind: "holding-moved", holding }], value: null })));
  bench.ask(askOf({ child: "part:0", needs: { "account:a/gross": ONE } }));
  return bench;
}

const last = { child: "part:0", incarnation: "i1" };

test("go with their last part, and say on disk whose heir the account is", () => {
  const bench = split();
  expect(codeOf(bench.run(bench.turns.dissolve("s", last)))).toBe("ok");
  bench.restart();
  const { node } = bench.turns;
  expect(node?.leaving).toEqual({ parent: "f", incarnation: "h1", heir: "account:a" });
  expect([node?.terms.parent, node?.holding, node?.grants.children.size]).toEqual([undefined, undefined, 0]);
});

test("answer nobody until they are put again, also after a load", () => {
  const bench = split();
  bench.run(bench.turns.dissolve("s", last));
  const late = askOf({ child: "part:0", incarnation: "i2", previous: "i1" });
  expect(codeOf(bench.ask(late))).toBe("parent-away");
  bench.restart();
  expect(codeOf(bench.ask(late))).toBe("parent-away");
  expect(bench.put({ kind: "firm" })).toBe("ok");
  expect(codeOf(bench.ask(late))).toBe("ok");
});

test("stay while another part is their child, and do nothing where the last one has left before", () => {
  const bench = split();
  bench.ask(askOf({ child: "part:1", incarnation: "p1" }));
  expect(codeOf(bench.run(bench.turns.dissolve("s", last)))).toBe("child-holds");
  expect(codeOf(bench.run(bench.turns.dissolve("s", { child: "part:2", incarnation: "x" })))).toBe("ok");
  expect(bench.turns.node?.terms.parent).toBe("f");
});

const OWN = "account:a/gross";

/** A part as the protocol has it; `disk` is what a copy of it begins from. */
class Part {
  holding: Holding;
  used = 0n;
  readonly #bench: FirmBench;
  readonly #name: string;

  constructor(bench: FirmBench, name: string, drawn: string, disk?: StoredHolding) {
    this.#bench = bench;
    this.#name = name;
    this.holding = loadHolding(disk, drawn);
  }

  get disk(): StoredHolding {
    return storedOf(this.holding);
  }

  get held(): bigint {
    return this.holding.held[OWN] ?? 0n;
  }

  ask(wanted = 0n): string {
    const uses = { [OWN]: this.used };
    const standing = {
      ...{ child: this.#name, seq: 1, currency: "USD", priority: 100, isInUse: true },
      ...{ committed: uses, used: uses, wanted: { [OWN]: wanted } },
    };
    const { holding, ask } = askFor(this.holding, standing, this.#bench.clock.now());
    const reply = this.#bench.ask(ask);
    const after = reply.ok ? applyReply(holding, reply.value) : applyRefusal(holding, ask.n, reply.code);
    this.holding = after ?? holding;
    return codeOf(reply);
  }
}

test("fence a part whose disk from before came back, admit it by name, and then it grows again", () => {
  const bench = new FirmBench("acme/a/split");
  bench.put();
  bench.limit(gross("1000"));
  const [one, other] = [new Part(bench, "part:0", "a1"), new Part(bench, "part:1", "b1")];
  expect([one.ask(100n * ONE), other.ask(100n * ONE)]).toEqual(["ok", "ok"]);
  const copied = other.disk;
  // It lives on for two loads, and then its disk of the first is there again.
  for (const load of ["b2", "b3"]) {
    const loaded = new Part(bench, "part:1", load, other.disk);
    expect(loaded.ask(200n * ONE)).toBe("ok");
    other.holding = loaded.holding;
  }
  const stale = new Part(bench, "part:1", "b4", copied);
  expect(stale.ask(ONE)).toBe("child-fenced");
  expect([stale.held, stale.holding.isFenced, other.ask(ONE)]).toEqual([0n, true, "child-fenced"]);
  expect(one.ask(100n * ONE)).toBe("ok");
  bench.restart();
  expect(stale.ask(ONE)).toBe("child-fenced");

  const said = { reason: "the original is stopped", by: "ann" };
  expect(codeOf(bench.run(bench.turns.admit("part:5", said)))).toBe("child-unknown");
  expect(codeOf(bench.run(bench.turns.admit("part:1", said)))).toBe("ok");
  const facts = bench.outbox.facts.length;
  expect(codeOf(bench.run(bench.turns.admit("part:1", said)))).toBe("ok");
  expect(bench.outbox.facts.length).toBe(facts);
  const told = bench.outbox.facts.find(({ kind }) => kind === "child-admitted");
  expect(JSON.parse(told?.payload ?? "{}")).toMatchObject({ node: "account:a", child: "part:1", ...said });

  expect(stale.ask(300n * ONE)).toBe("ok");
  expect([stale.holding.isFenced, stale.held >= 300n * ONE]).toEqual([false, true]);
  expect(stale.held + one.held <= 1_000n * ONE).toBe(true);
});
