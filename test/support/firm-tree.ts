/** Firms, desks and children of one tenant in one process: real turns and disks, calls that may fail, and a count of each. */
import { addressIn } from "../../actors/firm/address.ts";
import { type FirmBricks, FirmDesk, type FirmPorts } from "../../actors/firm/desk.ts";
import { People } from "../../actors/firm/people.ts";
import { FirmStore, MIGRATIONS } from "../../actors/firm/store.ts";
import { FirmTurns } from "../../actors/firm/turns.ts";
import {
  applyRefusal,
  applyReply,
  askFor,
  type Holding,
  loadHolding,
} from "../../actors/runtime/escrow/holding.ts";
import type { Amounts } from "../../actors/runtime/escrow/messages.ts";
import { migrateLocally } from "../../actors/runtime/local-migrations.ts";
import { answer } from "../../actors/runtime/reply.ts";
import { Timers } from "../../actors/runtime/timers.ts";
import { Vitals } from "../../actors/runtime/vitals.ts";
import type { NodeKind } from "../../src/domain/firm.ts";
import { memorySql, type NodeSql } from "./node-sql.ts";
import { envelope, FakeAlarm, FakeClock } from "./runtime-fakes.ts";
import { FakeOutbox } from "./turn-bench.ts";

export class TreeNode {
  readonly desk: FirmDesk;
  readonly people: People;
  readonly timers: Timers;
  readonly asked: string[] = [];
  isAway = false;
  /** Another one has its disk. */
  isDead = false;
  readonly sql: NodeSql;

  /** `sql`: of an object that was there before. */
  constructor(tree: Tree, id: string, sql?: NodeSql) {
    this.sql = sql ?? memorySql();
    if (sql === undefined) migrateLocally(this.sql, MIGRATIONS);
    const { clock } = tree;
    const name = `acme/${id}`;
    const store = new FirmStore(this.sql, addressIn(name), clock.now(), `${id}-${tree.loads++}`);
    const outbox = Object.assign(new FakeOutbox(), { lastSeq: 0, push: async () => true });
    const vitals = new Vitals({ actor: "firm:test", clock });
    const turns = new FirmTurns(store, { outbox, clock, vitals });
    this.timers = new Timers(this.sql, new FakeAlarm(), name);
    const write = () => this.isDead || this.sql.transaction(() => store.write());
    const run = async <D, V>(
      _lane: string,
      _from: unknown,
      _units: number,
      decide: () => D,
      settle: (d: D) => V,
    ) => {
      if (this.isDead) throw new Error("dead");
      const reply = settle(decide());
      write();
      return reply;
    };
    const bricks = {
      clock,
      outbox,
      timers: this.timers,
      mailbox: { run, flush: write },
    } as unknown as FirmBricks;
    // Pauses pass on the tests' clock.
    const later = (resume: () => void, afterMs: number) => {
      const timer = setTimeout(() => {
        clock.pass(afterMs);
        resume();
      }, 0);
      return () => clearTimeout(timer);
    };
    this.desk = new FirmDesk(name, turns, bricks, tree.ports, later);
    this.people = new People(this.desk, (version) => store.limitsAt(version));
  }

  get node() {
    const { node } = this.desk.turns;
    if (node === undefined) throw new Error("never put");
    return node;
  }
}

export class Tree {
  readonly clock = new FakeClock();
  readonly nodes = new Map<string, TreeNode>();
  readonly children = new Map<string, Pick<TreeChild, "called">>();
  loads = 0;
  /** What becomes of a call between two objects. */
  carried: <Value>(call: () => Promise<Value>) => Promise<Value> = (call) => call();

  /** Memory is gone, the disk is not. */
  restart(id: string): TreeNode {
    const before = this.at(id);
    before.isDead = true;
    const made = new TreeNode(this, id, before.sql);
    this.nodes.set(id, made);
    return made;
  }

  at(id: string): TreeNode {
    const present = this.nodes.get(id) ?? new TreeNode(this, id);
    this.nodes.set(id, present);
    return present;
  }

  async put(kind: NodeKind, id: string, parent?: string, threshold?: string): Promise<TreeNode> {
    const made = this.at(id);
    const terms = { currency: "USD", ...(parent === undefined ? {} : { parent }) };
    const put = await made.people.put(envelope(), kind, JSON.stringify(terms));
    if (!put.ok) throw new Error(put.code);
    const limits = [{ id: "gross", kind: "max-gross-exposure", threshold }];
    if (threshold !== undefined)
      await made.people.putLimits(envelope(), kind, JSON.stringify({ limits }), undefined);
    return made;
  }

  child(name: string, parent: string): TreeChild {
    const made = new TreeChild(this, name, parent);
    this.children.set(`account:${name}`, made);
    return made;
  }

  get ports(): FirmPorts {
    const reached = (id: string): TreeNode => {
      const node = this.at(id);
      if (node.isAway) throw new Error("away");
      return node;
    };
    const firm = (name: string) => {
      const id = name.slice("acme/".length);
      reached(id);
      return {
        terms: async () => reached(id).people.terms(),
        leave: (...args: Parameters<FirmDesk["leave"]>) =>
          this.carried(() => reached(id).desk.leave(...args)),
        ask: async (...args: Parameters<FirmDesk["ask"]>) => {
          reached(id).asked.push(args[1].child);
          return this.carried(() => reached(id).desk.ask(...args));
        },
      };
    };
    const quotaChild = (_parent: string, child: string) => ({
      parentCalls: async () => {
        if (child.startsWith("desk:")) return reached(child.slice("desk:".length)).desk.parentCalls();
        if (child.startsWith("split:"))
          return reached(`${child.slice("split:".length)}/split`).desk.parentCalls();
        return answer((await this.children.get(child)?.called()) ?? "");
      },
    });
    return { firm, quotaChild } as unknown as FirmPorts;
  }
}

/** An account as its parent sees it. */
export class TreeChild {
  committed: Amounts = {};
  calls = 0;
  isDeaf = false;
  holding: Holding;
  readonly #tree: Tree;
  readonly #name: string;
  #parent: string;

  constructor(tree: Tree, name: string, parent: string) {
    this.#tree = tree;
    this.#name = `account:${name}`;
    this.#parent = parent;
    this.holding = loadHolding(undefined, `${name}-1`);
  }

  async called(): Promise<string> {
    this.calls += 1;
    if (!this.isDeaf) await this.ask();
    return this.holding.book?.version ?? "";
  }

  /** What it holds afterwards; how old what it goes by was when it was told. */
  async ask(
    wanted: Amounts = {},
  ): Promise<{ readonly held: Amounts; readonly ageMs: number; readonly isShort: boolean }> {
    const standing = {
      ...{ child: this.#name, seq: 1, currency: "USD", priority: 100, isInUse: true },
      ...{ committed: this.committed, used: this.committed, wanted },
    };
    const { holding, ask } = askFor(this.holding, standing, this.#tree.clock.now());
    this.holding = holding;
    const reply = await this.#tree.at(this.#parent).desk.ask(envelope(), ask);
    const after = reply.ok
      ? applyReply(this.holding, reply.value)
      : applyRefusal(this.holding, ask.n, reply.code);
    this.holding = after ?? this.holding;
    const { ageMs = 0, isShort = false } = reply.ok ? reply.value : {};
    return { held: this.holding.held, ageMs, isShort };
  }
}
