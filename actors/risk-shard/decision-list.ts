/** Decisions that the account keeps, all or those about something, the newest first. */
import type { DecisionFilter } from "../../src/contracts/decisions.ts";
import type { HistoryRow } from "../runtime/history.ts";
import type { DecisionRecord } from "./decision-record.ts";
import { parseRecord } from "./kept-record.ts";
import type { Ledger } from "./ledger.ts";

type Kept = Pick<Ledger, "decisions" | "reuses">;
export type DecisionPages = {
  readonly size: number;
  readonly page: (before: number, limit: number) => HistoryRow[];
};

/** Looked through so many at a time. */
const LOOKED_AT = 500;

export function decisionsOf({ decisions, reuses }: Kept, filter: DecisionFilter): DecisionPages {
  const page = (before: number, limit: number): HistoryRow[] =>
    [...decisions.page(before, limit), ...reuses.page(before, limit)]
      .sort((one, other) => other.seq - one.seq)
      .slice(0, limit);
  if (Object.values(filter).every((value) => value === undefined))
    return { size: decisions.size + reuses.size, page };
  const found = [...matching(page, filter)];
  return {
    size: found.length,
    page: (before, limit) => found.filter(({ seq }) => seq < before).slice(0, limit),
  };
}

/** The account keeps some ten thousand: to look through all of them takes some ten milliseconds. */
function* matching(page: DecisionPages["page"], filter: DecisionFilter): Generator<HistoryRow> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = page(before, LOOKED_AT);
    for (const row of rows) if (isAbout(parseRecord(row.payload), filter)) yield row;
    const last = rows.at(-1);
    if (last === undefined || rows.length < LOOKED_AT) return;
    before = last.seq;
  }
}

function isAbout(record: DecisionRecord, { decision, code, symbol, strategy }: DecisionFilter): boolean {
  return (
    isSame(decision, record[8]) &&
    isSame(code, record[10]) &&
    isSame(symbol, record[4]) &&
    isSame(strategy, record[5])
  );
}

const isSame = (wanted: string | undefined, found: string | null): boolean =>
  wanted === undefined || wanted === found;
