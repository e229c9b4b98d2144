/** Runs of watched indicators on the symbol's disk: where each is and where it is checked from, as they stand after a group. */
import type { Indicator } from "../../../src/quant/indicators/definition.ts";
import type { Run } from "../../../src/quant/indicators/run.ts";
import { insertRows, rowInsert, type Sql } from "../../runtime/sql.ts";
import type { TakenBar } from "./indicator-bars.ts";
import type { BarValues, KeptIndicator, Place } from "./kept-indicator.ts";

/** `place` is `now` or `base`; `version` that of the definition: a run of another one is worth nothing. */
export const INDICATOR_TABLE =
  "CREATE TABLE indicator (topic TEXT NOT NULL, place TEXT NOT NULL, version INTEGER NOT NULL, run TEXT NOT NULL, PRIMARY KEY (topic, place)) STRICT, WITHOUT ROWID";

type Row = { topic: string; place: "now" | "base"; version: number; run: string };
/** The bar that was taken last and its values beside its run. */
type Packed = readonly [t: number, run: Run, bar?: TakenBar, values?: string];
export type StoredRun = { readonly base: Place; readonly now: Place; readonly last: BarValues | undefined };
type StoredTexts = { readonly version: number; readonly base: string; readonly now: string };

export class IndicatorRows {
  readonly #sql: Sql;
  readonly #changed = new Map<string, Row>();
  readonly #gone = new Set<string>();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  load(): Map<string, StoredTexts> {
    const rows = this.#sql.exec<Row>("SELECT topic, place, version, run FROM indicator");
    const bases = new Map(rows.filter(({ place }) => place === "base").map((row) => [row.topic, row]));
    const stored = new Map<string, StoredTexts>();
    for (const { topic, place, version, run } of rows) {
      const base = bases.get(topic)?.run;
      if (place === "now" && base !== undefined) stored.set(topic, { version, base, now: run });
    }
    return stored;
  }

  put(topic: string, { version }: Indicator["definition"], kept: KeptIndicator): void {
    const { now, last } = kept;
    const packed: Packed = last === undefined ? [now.t, now.run] : [now.t, now.run, last.bar, last.values];
    this.#gone.delete(topic);
    this.#changed.set(`${topic} now`, { topic, place: "now", version, run: JSON.stringify(packed) });
    if (!kept.isBaseNew) return;
    kept.isBaseNew = false;
    const base: Packed = [kept.base.t, kept.base.run];
    this.#changed.set(`${topic} base`, { topic, place: "base", version, run: JSON.stringify(base) });
  }

  remove(topic: string): void {
    this.#changed.delete(`${topic} now`);
    this.#changed.delete(`${topic} base`);
    this.#gone.add(topic);
  }

  write(): void {
    for (const topic of this.#gone) this.#sql.exec("DELETE FROM indicator WHERE topic = ?1", topic);
    this.#gone.clear();
    if (this.#changed.size === 0) return;
    const rows = [...this.#changed.values()].map(({ topic, place, version, run }) => [
      topic,
      place,
      version,
      run,
    ]);
    insertRows(this.#sql, PUT, rows);
    this.#changed.clear();
  }
}

const PUT = rowInsert("INSERT OR REPLACE INTO indicator (topic, place, version, run)");

/** Undefined where the definition is another one by now. */
export function storedRun(texts: StoredTexts, { version }: Indicator["definition"]): StoredRun | undefined {
  if (texts.version !== version) return undefined;
  // SAFETY: only `put` fills these columns.
  const [[baseT, base], [t, run, bar, values]] = [JSON.parse(texts.base), JSON.parse(texts.now)] as [
    Packed,
    Packed,
  ];
  const last = bar === undefined || values === undefined ? undefined : { bar, values };
  return { base: { t: baseT, run: base }, now: { t, run }, last };
}
