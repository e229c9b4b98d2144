/** What became of accounts: cash, lines that were revised, corporate actions that were applied, snapshots. */
import type {
  ActionAppliedFact,
  CashMovedFact,
  ExecutionRevisedFact,
  PositionFact,
  RevisedFact,
} from "../../../actors/risk-shard/book-facts.ts";
import type { ExecutionBookedFact } from "../../../actors/risk-shard/facts.ts";
import type { AccountSnapshotFact } from "../../../actors/risk-shard/snapshot-facts.ts";
import { accountSnapshot, cashMovement, lineRevision } from "../account-tables.ts";
import { position } from "../schema.ts";
import type { Row } from "../statements.ts";
import { accountOf, type Projection, payloadOf, type SentFact, type TableRows } from "./projection.ts";

/** With a symbol it is the line's, whose `fees` are what was paid and whose `funding` is what was received. */
export const cashRows: Projection = (fact) => {
  const moved = payloadOf<CashMovedFact>(fact);
  const { id, type, currency, amount, symbol, strategy, note, ts, at } = moved;
  const own = { ...accountOf(fact), id, type, currency, amount, symbol, strategy, note, ts, booked_at: at };
  const movement: TableRows = { table: cashMovement, change: { put: "keep" }, rows: [own] };
  if (symbol === null) return [movement];
  const isFee = type === "fee";
  const change = {
    ...{ execId: id, ts, qty: "0", cost: "0", realised: "0" },
    ...{ fees: isFee ? negated(amount) : "0", funding: isFee ? "0" : amount },
  };
  const revised = { reason: "cash", id, symbol, strategy, currency, at };
  return [movement, ...revisionRows(fact, revised, [change]), ...positionRows(fact, moved.position)];
};

export const actionRows: Projection = (fact) => {
  const applied = payloadOf<ActionAppliedFact>(fact);
  return [
    ...revisionRows(fact, { reason: applied.type, ...applied }, applied.revised),
    ...positionRows(fact, applied.position),
  ];
};

/** Of a bust or a correction; and of a late fill whose fraction a split had paid out. */
export function revisionsOf(fact: SentFact, booked: ExecutionBookedFact): readonly TableRows[] {
  const { revised = [], funding, type, execId, symbol, strategy, currency, ts, at } = booked;
  if (funding !== undefined && currency !== undefined) {
    const paid = { execId, ts, qty: "0", cost: "0", realised: "0", fees: "0", funding };
    return revisionRows(fact, { reason: "split", id: execId, symbol, strategy, currency, at }, [paid]);
  }
  return currency === undefined
    ? []
    : revisionRows(fact, { reason: type, id: execId, symbol, strategy, currency, at }, revised);
}

/** What did not fit into the fact of its report. */
export const furtherRevisions: Projection = (fact) => {
  const { execId: id, revised, ...rest } = payloadOf<ExecutionRevisedFact>(fact);
  return revisionRows(fact, { reason: "revision", id, ...rest }, revised);
};

type Revision = {
  readonly reason: string;
  readonly id: string;
  readonly symbol: string;
  readonly strategy: string | null;
  readonly currency: string;
  readonly at: number;
};

export function revisionRows(
  fact: SentFact,
  { reason, id, symbol, strategy, currency, at }: Revision,
  changes: readonly RevisedFact[],
): readonly TableRows[] {
  if (changes.length === 0) return [];
  const named = { ...accountOf(fact), reason, id, symbol, strategy, currency, booked_at: at };
  const rows = changes.map(
    ({ qty, cost, realised, fees, funding, ts }, n): Row => ({
      ...named,
      qty,
      cost,
      realised,
      fees,
      funding,
      ts,
      n,
    }),
  );
  return [{ table: lineRevision, change: { put: "keep" }, rows }];
}

export const snapshotRow: Projection = (fact) => {
  const { kind, day, part, parts, reason, by, head, rates, positions, at } =
    payloadOf<AccountSnapshotFact>(fact);
  const row = {
    ...accountOf(fact),
    kind,
    day: day.date,
    part,
    // The parts of one snapshot follow each other.
    first_seq: fact.seq - part + 1,
    head: head === null ? null : { ...head, day, parts, reason, by, rates },
    positions,
    taken_at: at,
  };
  return [{ table: accountSnapshot, change: { put: "keep" }, rows: [row] }];
};

/** As it stands afterwards. */
export const positionRows = (fact: SentFact, held: PositionFact | null): readonly TableRows[] =>
  held === null
    ? []
    : [
        {
          table: position,
          change: { put: "newer-fact" },
          rows: [{ ...accountOf(fact), funding: "0", ...held }],
        },
      ];

const negated = (amount: string): string => (amount.startsWith("-") ? amount.slice(1) : `-${amount}`);
