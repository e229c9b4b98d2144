/** A decision in words and numbers, with what it was made from; and whether it comes out the same again. */
import { CODES_OF_VERSION, REGISTRY_VERSION } from "../../src/domain/check-codes.ts";
import { decimalText } from "../../src/domain/decimal.ts";
import type { ParentLimit } from "../runtime/escrow/messages.ts";
import type { CheckRow } from "./check-rows.ts";
import { allRows, type DecisionRecord, RECORD_VERSION, shownRecord } from "./decision-record.ts";
import { evaluate } from "./evaluate.ts";
import type { OrderDecidedFact } from "./facts.ts";
import { inheritedFrom, withInherited } from "./inherited-limits.ts";
import type { Inputs } from "./inputs.ts";
import { decodeInputs } from "./inputs-codec.ts";
import { limitsFrom } from "./limit-set.ts";
import { limitsIn } from "./overrides.ts";
import { splitNodeName } from "./parts-records.ts";
import { isWide } from "./parts-splittable.ts";
import type { LimitSet } from "./state.ts";
import { sentenceOf, summaryOf } from "./words.ts";

export type Explained = {
  readonly account: string;
  readonly record: DecisionRecord;
  /** Undefined where it has left the account and Postgres does not tell it. */
  readonly fact: OrderDecidedFact | undefined;
  /** Public text of the limits that it was made under, as long as it is kept. */
  readonly limits: string | undefined;
  /** Those of nodes above, which held beside them. */
  readonly inherited?: readonly ParentLimit[] | undefined;
};

/** The public explanation. */
export function explanationText(explained: Explained): string {
  const { record, fact, limits, inherited } = explained;
  const inputs = fact?.inputs ? decodeInputs(fact.inputs) : undefined;
  const sentences = allRows(record).map(sentenceOf);
  const shown = shownRecord(record) as { readonly checks: readonly object[] };
  return JSON.stringify({
    ...shown,
    checks: shown.checks.map((check, index) => ({ ...check, words: sentences[index] ?? "" })),
    summary: summaryOf(record[8], { qty: record[7], allowedQty: record[9], code: record[10] }),
    order: fact === undefined ? null : orderOf(fact),
    inputs: inputs === undefined ? null : plain(inputs),
    limits: limits === undefined ? null : (JSON.parse(limits) as unknown),
    ...(inherited === undefined ? {} : { inherited }),
    sameAgain:
      inputs === undefined || fact === undefined || limits === undefined
        ? null
        : isSameAgain(explained, fact, inputs, limits),
  });
}

/** Where the account keeps the decision no more, the fact has all of it. */
export function recordFrom(seq: number, fact: OrderDecidedFact): DecisionRecord {
  const { clientOrderId, symbol, strategy, side, qty, decision, allowedQty, code, limitsVersion, orderId } =
    fact;
  return [
    ...([RECORD_VERSION, seq, fact.at, clientOrderId, symbol, strategy ?? "", side, qty] as const),
    ...([decision, allowedQty, code, limitsVersion, orderId, registryOf(fact.verdicts)] as const),
    fact.verdicts,
    fact.checks,
  ];
}

/** Codes are only added: as many letters as a version has codes were made with it. */
function registryOf(verdicts: string): number {
  const version = Object.keys(CODES_OF_VERSION).find(
    (one) => CODES_OF_VERSION[Number(one)]?.length === verdicts.length,
  );
  return version === undefined ? REGISTRY_VERSION : Number(version);
}

const orderOf = ({ type, price, stopPrice, timeInForce, reduceOnly, replaces }: OrderDecidedFact) => ({
  ...{ type, price, stopPrice, timeInForce, reduceOnly, replaces },
});

/** Byte by byte, from the fact's inputs and the limits of its version. */
function isSameAgain(
  { account, inherited = [] }: Explained,
  fact: OrderDecidedFact,
  inputs: Inputs,
  text: string,
): boolean {
  const put = limitsIn(text);
  // Of a split account: those are inherited from the node of its quotas.
  const isShared = inherited.some(({ node }) => node === splitNodeName(account));
  const own = limitsFrom(isShared ? put.filter((limit) => !isWide(limit)) : put, account);
  const above = inheritedFrom(inherited);
  if ("refuse" in own || above === undefined) return false;
  const limits = withInherited(own, above);
  const set: LimitSet = { version: fact.limitsVersion, limits, text };
  const subject = { symbol: fact.symbol, strategy: fact.strategy ?? "" };
  const made = evaluate(inputs, subject, set, registryOf(fact.verdicts));
  const allowedQty = decimalText(made.allowedQty, inputs.instrument?.sizeScale ?? 0);
  const again: readonly [string, string, string | null, string, readonly CheckRow[]] = [
    ...([made.decision, allowedQty, made.code ?? null, made.verdicts] as const),
    made.rows,
  ];
  const told = [fact.decision, fact.allowedQty, fact.code, fact.verdicts, fact.checks];
  return JSON.stringify(again) === JSON.stringify(told);
}

/** Whole numbers as text, since some are larger than a JSON number can be trusted with. */
const plain = (inputs: Inputs): unknown =>
  JSON.parse(
    JSON.stringify(inputs, (_key, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
  );
