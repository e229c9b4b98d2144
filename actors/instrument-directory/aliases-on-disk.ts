/** The index of aliases: one row for each, so that a token is looked up without the instruments. */
import type { Instrument } from "../../src/domain/instrument.ts";
import { type Sql, writeRows } from "../runtime/sql.ts";
import { type AliasOwners, aliasesOf } from "./aliases.ts";

export const ALIAS_TABLE =
  "CREATE TABLE alias (alias TEXT PRIMARY KEY, symbol TEXT NOT NULL) STRICT, WITHOUT ROWID";

export class AliasIndex {
  readonly #sql: Sql;
  /** Changes of the present group; null was given up. */
  #changes = new Map<string, string | null>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  owners(aliases: readonly string[]): AliasOwners {
    if (aliases.length === 0) return new Map();
    const rows = this.#sql.exec<{ alias: string; symbol: string }>(
      "SELECT alias, symbol FROM alias WHERE alias IN (SELECT value FROM json_each(?1))",
      JSON.stringify(aliases),
    );
    const owners = new Map(rows.map(({ alias, symbol }) => [alias, symbol]));
    for (const alias of aliases) {
      const symbol = this.#changes.get(alias);
      if (symbol === null) owners.delete(alias);
      else if (symbol !== undefined) owners.set(alias, symbol);
    }
    return owners;
  }

  /** `before` is what stood there, if anything did. */
  put(instrument: Instrument, before: Instrument | undefined): void {
    const kept = new Set(aliasesOf(instrument));
    const given = new Set(aliasesOf(before ?? {}));
    // What another one of the same put has taken already is its own now.
    for (const alias of given)
      if (!kept.has(alias) && (this.#changes.get(alias) ?? instrument.symbol) === instrument.symbol)
        this.#changes.set(alias, null);
    for (const alias of kept) if (!given.has(alias)) this.#changes.set(alias, instrument.symbol);
  }

  /** Called inside the group's transaction. */
  write(): void {
    const changes = [...this.#changes];
    this.#changes = new Map();
    const gone = changes.filter(([, symbol]) => symbol === null).map(([alias]) => [alias]);
    const added = changes.flatMap(([alias, symbol]) => (symbol === null ? [] : [[alias, symbol]]));
    writeRows(this.#sql, "DELETE FROM alias WHERE alias IN (SELECT value ->> 0 FROM json_each(?1))", gone);
    writeRows(
      this.#sql,
      "INSERT OR REPLACE INTO alias (alias, symbol) SELECT value ->> 0, value ->> 1 FROM json_each(?1)",
      added,
    );
  }
}
