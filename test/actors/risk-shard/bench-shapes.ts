/** What a bench reads of the shard's answers, and tells it. */
import type { ActorReply } from "../../../actors/runtime/reply.ts";
import { scaledInteger } from "../../../src/domain/decimal.ts";
import type { PriceMark } from "../../../src/domain/price.ts";
import type { EpochMs } from "../../../src/domain/time.ts";

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

export const codeOf = (reply: ActorReply<unknown>): string | undefined => (reply.ok ? undefined : reply.code);
export const checkIn = (decision: Decision, code: string): Check =>
  decision.checks.find((check) => check.code === code)!;
