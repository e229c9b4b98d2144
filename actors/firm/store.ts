/** All SQL of a firm or desk, but for its children's. */

import { applyGrants } from "../runtime/escrow/apply-grants.ts";
import { initialGrants } from "../runtime/escrow/grants-state.ts";
import { type Holding, loadHolding, type StoredHolding, storedOf } from "../runtime/escrow/holding.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import type { Sql } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import type { NodeAddress } from "./address.ts";
import { CHILD_TABLES, ChildRows } from "./child-rows.ts";
import { budgetsOf } from "./decide.ts";
import { amountsIn, amountTexts, type FirmEvent } from "./events.ts";
import { LIMIT_VERSIONS_MAX } from "./limits.ts";
import type { NodeLimit } from "./messages.ts";
import { type FirmNode, type FirmState, initialState } from "./state.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      ...OUTBOX_CHUNKS,
      TIMERS_TABLE,
      "CREATE TABLE node (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT",
      "CREATE TABLE holding (id INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT",
      "CREATE TABLE limit_version (version INTEGER PRIMARY KEY, limits TEXT NOT NULL) STRICT",
      ...CHILD_TABLES,
    ],
  },
];

type StoredNode = Pick<FirmNode, "name" | "terms" | "trading" | "book"> & {
  readonly version: number;
  readonly leaving?: FirmNode["leaving"];
  readonly isDissolved?: true;
};
type HoldingBody = Omit<StoredHolding, "held"> & { readonly held: Readonly<Record<string, string>> };

export class FirmStore {
  readonly children: ChildRows;
  readonly #sql: Sql;
  readonly #state: FirmState;
  #isNodeChanged = false;
  #isHoldingChanged = false;
  #limits: { readonly version: number; readonly limits: readonly NodeLimit[] }[] = [];

  /** `drawn`: the incarnation that a desk's holding goes on under, which is on disk before its first ask. */
  constructor(sql: Sql, address: NodeAddress, at: number, drawn: string) {
    this.#sql = sql;
    this.children = new ChildRows(sql);
    this.#state = initialState(address);
    this.#state.node = this.#load(at, drawn);
  }

  get state(): FirmState {
    return this.#state;
  }

  limitsAt(version: number): readonly NodeLimit[] | undefined {
    const pending = this.#limits.find((set) => set.version === version);
    if (pending !== undefined) return pending.limits;
    const [row] = this.#sql.exec<{ limits: string }>(
      "SELECT limits FROM limit_version WHERE version = ?1",
      version,
    );
    // SAFETY: only `write` below fills this column.
    return row === undefined ? undefined : (JSON.parse(row.limits) as readonly NodeLimit[]);
  }

  /** After the event was applied. */
  mark(event: FirmEvent): void {
    switch (event.kind) {
      case "node-put":
        this.#isNodeChanged = true;
        this.#isHoldingChanged = true;
        return;
      case "limits-put":
        this.#isNodeChanged = true;
        this.#limits.push({ version: event.version, limits: event.limits });
        return;
      case "state-set":
      case "parent-left":
        this.#isNodeChanged = true;
        return;
      case "holding-moved":
        this.#isHoldingChanged = true;
        return;
      case "quota-granted":
        if (event.isDurable) this.children.mark(event.child);
        return;
      case "child-left":
        this.children.markLeft(event.child, this.#state.node?.grants.left.get(event.child) ?? []);
        if (event.heir !== undefined) this.#markChild(event.heir);
        return;
      case "quota-passed":
        this.#markChild(event.child);
        this.#markChild(event.heir);
        return;
      case "child-fenced":
      case "child-admitted":
      case "child-inherited":
        this.#markChild(event.child);
        return;
    }
  }

  #markChild(name: string): void {
    const child = this.#state.node?.grants.children.get(name);
    if (child !== undefined) this.children.mark(child);
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (this.#isNodeChanged) this.#writeNode();
    if (this.#isHoldingChanged) this.#writeHolding();
    for (const { version, limits } of this.#limits)
      this.#sql.exec(
        "INSERT INTO limit_version (version, limits) VALUES (?1, ?2)",
        version,
        JSON.stringify(limits),
      );
    const newest = this.#limits.at(-1)?.version;
    if (newest !== undefined)
      this.#sql.exec("DELETE FROM limit_version WHERE version <= ?1", newest - LIMIT_VERSIONS_MAX);
    this.#limits = [];
    this.children.write();
  }

  #writeNode(): void {
    this.#isNodeChanged = false;
    const { node } = this.#state;
    if (node === undefined) return;
    const { name, terms, trading, book, set, leaving, isDissolved } = node;
    const body: StoredNode = {
      ...{ name, terms, trading, book, version: set.version },
      ...(leaving === undefined ? {} : { leaving }),
      ...(isDissolved ? { isDissolved } : {}),
    };
    this.#sql.exec("INSERT OR REPLACE INTO node (id, body) VALUES (1, ?1)", JSON.stringify(body));
  }

  #writeHolding(): void {
    this.#isHoldingChanged = false;
    const holding = this.#state.node?.holding;
    if (holding === undefined) this.#sql.exec("DELETE FROM holding");
    else {
      const stored = storedOf(holding);
      const body: HoldingBody = { ...stored, held: amountTexts(stored.held) };
      this.#sql.exec("INSERT OR REPLACE INTO holding (id, body) VALUES (1, ?1)", JSON.stringify(body));
    }
  }

  #load(at: number, drawn: string): FirmNode | undefined {
    const [row] = this.#sql.exec<{ body: string }>("SELECT body FROM node");
    if (row === undefined) return undefined;
    // SAFETY: only `#writeNode` fills this column.
    const { name, terms, trading, book, version, leaving, ...rest } = JSON.parse(row.body) as StoredNode;
    const set = { version, limits: this.limitsAt(version) ?? [] };
    const grants = initialGrants(name, terms.policy);
    applyGrants(grants, budgetsOf(name, set.limits, terms));
    this.children.loadInto(grants, at);
    const holding = terms.parent === undefined ? undefined : this.#loadHolding(drawn);
    const { isDissolved = false } = rest;
    return { name, terms, set, trading, book, grants, holding, leaving, isDissolved, isMoving: false };
  }

  #loadHolding(drawn: string): Holding {
    const [row] = this.#sql.exec<{ body: string }>("SELECT body FROM holding");
    if (row === undefined) return loadHolding(undefined, drawn);
    // SAFETY: only `#writeHolding` fills this column.
    const { held, ...rest } = JSON.parse(row.body) as HoldingBody;
    return loadHolding({ ...rest, held: amountsIn(held) }, drawn);
  }
}
