/** What a bench reads of the shard's answers, and tells it. */
import type { Sql } from "../../../actors/runtime/sql.ts";
import { scaledInteger } from "../../../src/domain/decimal.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { type Destinations, waitingFacts } from "../../support/runtime-fakes.ts";

export type Json = Record<string, unknown>;
export type Check = {
  code: string;
  scope: { kind: string; id?: string };
  verdict: string;
  limit: string | null;
  observed: string | null;
  projected: string | null;
  headroom: string | null;
  utilisation: string | null;
  reason?: string;
};
export type Decision = {
  clientOrderId: string;
  decision: string;
  allowedQty: string;
  code?: string;
  fixCode?: number;
  checks: Check[];
  warnings: string[];
  limitsVersion: number;
  seq: number;
  orderId?: string;
};
export type Fact = { seq: number; kind: string; payload: Json; extras: string[] };

/** Of prices as decimal text. */
export function markOf(
  { last, bid, ask }: { last?: string; bid?: string; ask?: string },
  priceScale: number,
  at: EpochMs,
  lastChanges: number,
): PriceMark {
  const scaled = (text: string): number => {
    const found = scaledInteger(text, priceScale);
    if (!found.ok) throw new Error(found.code);
    return found.value;
  };
  return {
    lastChanges,
    ...(last === undefined ? {} : { last: scaled(last), lastTs: at }),
    ...(bid === undefined && ask === undefined ? {} : { quoteTs: at }),
    ...(bid === undefined ? {} : { bid: scaled(bid) }),
    ...(ask === undefined ? {} : { ask: scaled(ask) }),
  };
}

/** What the archiver has, and what still waits for it, with destinations beside the archiver. */
export function factsIn(sql: Sql, destinations: Destinations, after: number): Fact[] {
  type Extra = { destination: string; seq: number };
  const extras = sql.exec<Extra>("SELECT destination, seq FROM outbox_extra WHERE seq > ?1", after);
  const archived = (destinations.got.get("archive") ?? [])
    .filter(([seq]) => seq > after)
    .map(([seq, , kind, payload]) => ({ seq, kind, payload }));
  const last = archived.at(-1)?.seq ?? after;
  const waiting = waitingFacts(sql)
    .filter(([seq]) => seq > last)
    .map(([seq, , kind, payload]) => ({ seq, kind, payload }));
  return [...archived, ...waiting].map(({ seq, kind, payload }) => ({
    seq,
    kind,
    payload: JSON.parse(payload) as Json,
    extras: extras.filter((row) => row.seq === seq).map((row) => row.destination),
  }));
}
