/** What a symbol knows of bars that were imported: up to where Postgres has some, by width. It holds none of them itself. */
import { RESOLUTIONS, type Resolution } from "../../../src/domain/bar.ts";
import type { Sql } from "../../runtime/sql.ts";
import type { BarPage } from "../messages.ts";
import type { SymbolState } from "../state.ts";

/** `until` is the start of the newest bar that an import may have made. */
export const IMPORTED_TABLE =
  "CREATE TABLE imported_bars (resolution TEXT PRIMARY KEY, until INTEGER NOT NULL) STRICT, WITHOUT ROWID";

type Marks = Partial<Record<Resolution, number>>;

export class ImportedBars {
  readonly #sql: Sql;
  readonly #until: Map<Resolution, number>;
  #changed = false;

  constructor(sql: Sql) {
    this.#sql = sql;
    const rows = sql.exec<{ resolution: Resolution; until: number }>(
      "SELECT resolution, until FROM imported_bars",
    );
    this.#until = new Map(rows.map(({ resolution, until }) => [resolution, until]));
  }

  until(resolution: Resolution): number | undefined {
    return this.#until.get(resolution);
  }

  /** It never goes back. */
  note(until: Marks): void {
    for (const resolution of RESOLUTIONS) {
      const start = until[resolution];
      if (start === undefined || start <= (this.#until.get(resolution) ?? Number.NEGATIVE_INFINITY)) continue;
      this.#until.set(resolution, start);
      this.#changed = true;
    }
  }

  /** Called inside the group's transaction. */
  write(): void {
    if (!this.#changed) return;
    this.#changed = false;
    for (const [resolution, until] of this.#until)
      this.#sql.exec(
        "INSERT OR REPLACE INTO imported_bars (resolution, until) VALUES (?1, ?2)",
        resolution,
        until,
      );
  }

  /** The oldest bar of that width that is on this disk. */
  oldestRow(resolution: Resolution): number | undefined {
    const [row] = this.#sql.exec<{ start: number | null }>(
      "SELECT MIN(start) AS start FROM bar WHERE resolution = ?1",
      resolution,
    );
    return row?.start ?? undefined;
  }
}

/** From where on the bars of each width are a symbol's own: the one in which its first tick came, or one that a late trade made before it. */
export function ownSince(
  { listeningSince, calendar }: SymbolState,
  bars: Pick<ImportedBars, "oldestRow">,
): Marks {
  if (listeningSince === undefined) return {};
  const sinceOf = (resolution: Resolution): number => {
    const { start } = calendar.spanOf(resolution, listeningSince);
    return Math.min(start, bars.oldestRow(resolution) ?? start);
  };
  return Object.fromEntries(RESOLUTIONS.map((resolution) => [resolution, sinceOf(resolution)]));
}

type Range = { readonly from: number; readonly to: number };
/** `trimmed` says from where on bars are here, where older ones have left; `full` that the page has all that was asked for. */
type Standing = {
  readonly trimmed: number | undefined;
  readonly own: number | undefined;
  readonly full: boolean;
};

/**
 * Where a page goes on in Postgres. Imported bars stand before the symbol's own; only who replays an old tape behind newer imports has them
 * among these, and then Postgres is asked for the whole range beside.
 */
export function pageBeyond(
  until: number | undefined,
  { from, to }: Range,
  standing: Standing,
): Omit<BarPage, "bars"> {
  const { trimmed, own, full } = standing;
  const imported = until === undefined ? undefined : (own ?? until + 1);
  const oldest = trimmed ?? imported;
  if (oldest === undefined) return {};
  const beside =
    until !== undefined && until >= oldest && until >= from && oldest < to ? { alsoUntil: until + 1 } : {};
  return full || from >= oldest ? beside : { olderThan: Math.min(oldest, to), ...beside };
}
