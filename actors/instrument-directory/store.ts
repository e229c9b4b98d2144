/** All SQL of the directory but that of its search: instruments by symbol, and whose actors asked for them. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { decodeInstrument, encodeInstrument } from "../../src/domain/instrument-codec.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";
import { OUTBOX_CHUNKS, OUTBOX_TABLES } from "../runtime/outbox-tables.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { TIMERS_TABLE } from "../runtime/timers.ts";
import { ALIAS_TABLE, AliasIndex } from "./aliases-on-disk.ts";
import type { InstrumentQuery } from "./messages.ts";
import { EXCHANGE_INDEX, exchangesIn, symbolNamed } from "./names.ts";
import { SEARCH_TABLE, SearchIndex } from "./search.ts";
import { type DirectoryState, initialState } from "./state.ts";

export const MIGRATIONS: readonly LocalMigration[] = [
  {
    id: 1,
    statements: [
      ...OUTBOX_TABLES,
      TIMERS_TABLE,
      `CREATE TABLE instrument (symbol TEXT PRIMARY KEY, held INTEGER NOT NULL, body TEXT NOT NULL) STRICT, WITHOUT ROWID`,
      SEARCH_TABLE,
    ],
  },
  { id: 2, statements: [EXCHANGE_INDEX] },
  { id: 3, statements: OUTBOX_CHUNKS },
  { id: 4, statements: [ALIAS_TABLE] },
];

/** `held`: the symbol's actor has asked for it and hears each change. */
export type Stored = { readonly instrument: Instrument; readonly held: boolean };

export class InstrumentStore {
  readonly #sql: Sql;
  readonly #search: SearchIndex;
  readonly #aliases: AliasIndex;
  #dirty = new Map<string, Stored>();

  constructor(sql: Sql) {
    this.#sql = sql;
    this.#search = new SearchIndex(sql);
    this.#aliases = new AliasIndex(sql);
  }

  load(): DirectoryState {
    return { ...initialState(), instruments: this.#search.count() };
  }

  /** What is stored under these symbols, changes of the present group included. */
  find(symbols: readonly string[]): Map<string, Stored> {
    const rows = this.#sql.exec<{ symbol: string; held: number; body: string }>(
      "SELECT symbol, held, body FROM instrument WHERE symbol IN (SELECT value FROM json_each(?1))",
      JSON.stringify(symbols),
    );
    const found = new Map(
      rows.map((row) => [row.symbol, { instrument: decodeInstrument(row.body), held: row.held === 1 }]),
    );
    for (const symbol of symbols) {
      const dirty = this.#dirty.get(symbol);
      if (dirty !== undefined) found.set(symbol, dirty);
    }
    return found;
  }

  put(instrument: Instrument, before: Stored | undefined): void {
    this.#search.put(instrument, before?.instrument);
    this.#aliases.put(instrument, before?.instrument);
    this.#dirty.set(instrument.symbol, { instrument, held: before?.held ?? false });
  }

  hold(instrument: Instrument): void {
    this.#dirty.set(instrument.symbol, { instrument, held: true });
  }

  known(symbols: readonly string[]): string[] {
    return this.#sql
      .exec<{ symbol: Symbol }>(
        "SELECT symbol FROM instrument WHERE symbol IN (SELECT value FROM json_each(?1))",
        JSON.stringify(symbols),
      )
      .map((row) => row.symbol);
  }

  /** The instrument that each name means, in the order of the names; undefined where none does, or several. */
  named(names: readonly string[]): (Instrument | undefined)[] {
    const exact = this.find(names);
    const meant = names.map((name) => (exact.has(name) ? name : symbolNamed(this.#sql, name)));
    const found = this.find(meant.filter((symbol) => symbol !== undefined));
    return meant.map((symbol) => (symbol === undefined ? undefined : found.get(symbol)?.instrument));
  }

  /** The symbol that each of these aliases means, changes of the present group included. */
  aliasOwners(aliases: readonly string[]): ReadonlyMap<string, string> {
    return this.#aliases.owners(aliases);
  }

  aliased(alias: string): Instrument | undefined {
    const symbol = this.#aliases.owners([alias]).get(alias);
    return symbol === undefined ? undefined : this.find([symbol]).get(symbol)?.instrument;
  }

  exchanges(): string[] {
    return exchangesIn(this.#sql);
  }

  search(query: InstrumentQuery): { items: Instrument[]; total: number; next?: string } {
    const { symbols, total } = this.#search.match(query);
    const page = symbols.slice(0, query.limit);
    const found = this.find(page);
    const items = page.flatMap((symbol) => found.get(symbol)?.instrument ?? []);
    const last = page.at(-1);
    return { items, total, ...(symbols.length > page.length && last !== undefined ? { next: last } : {}) };
  }

  /** Called inside the group's transaction. */
  write(): void {
    const dirty = [...this.#dirty.values()];
    this.#dirty = new Map();
    writeRows(
      this.#sql,
      "INSERT OR REPLACE INTO instrument (symbol, held, body) SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?1)",
      dirty.map(({ instrument, held }) => [instrument.symbol, held ? 1 : 0, encodeInstrument(instrument)]),
    );
    this.#search.write();
    this.#aliases.write();
  }
}
