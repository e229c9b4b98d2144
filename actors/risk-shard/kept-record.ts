/**
 * A decision as it is kept: what a repeat of its order is answered from, and what lists of decisions show. It is on disk for each order,
 * so what comes from a short list stands there as its place in it, and checks that all pass as how many they are.
 *
 * | version | text |
 * |---|---|
 * | 1 | `DecisionRecord` as it is |
 * | 2 | the same with `side` and `decision` as places, `verdicts` as a count where all pass, and rows one behind the other, each as head, id, limit, observed, projected |
 * | 3 | the same with more scopes, and with a reason behind those rows whose head says so |
 * | 4 | the same with the scopes of nodes above: of accounts that have a parent |
 */
import { assert } from "../../src/domain/assert.ts";
import { CHILD_REGISTRY_VERSION, CODES_OF_VERSION } from "../../src/domain/check-codes.ts";
import { SIDES } from "../../src/domain/order.ts";
import type { CheckRow, CheckScope } from "./check-rows.ts";
import type { MissingReason } from "./checks/measure.ts";
import { type DecisionRecord, RECORD_VERSION, textOrNull } from "./decision-record.ts";
import { RowHeads } from "./row-heads.ts";

const KEPT_VERSION = 3;
const KEPT_VERSION_OF_CHILDREN = 4;

// Lists are added to at their end, and never changed.
const DECISIONS = ["accept", "reduce", "reject"] as const;
const SCOPES_OF_2 = ["account", "strategy", "symbol", "sector"] as const;
const SCOPES = [...SCOPES_OF_2, "country", "currency", "issuer", "group"] as const;
const SCOPES_OF_4 = [...SCOPES, "firm", "desk"] as const;
const VERDICTS = ["p", "w", "f", "s"] as const;
/** The same once more for rows with a reason. */
const ENDINGS = 2 * VERDICTS.length;
const ROW_CODES = [
  ...(CODES_OF_VERSION[1] ?? []),
  ...["max-order-qty", "max-order-notional", "max-position-qty"],
  ...["max-position-notional", "max-gross-exposure", "max-net-exposure", "max-working-orders"],
  ...["max-order-rate", "max-price-age"],
  "strategy-inactive",
  ...["max-long-notional", "max-short-notional", "max-leverage", "max-message-rate", "max-daily-orders"],
  ...["max-daily-trades", "max-daily-turnover", "price-collar", "price-collar-period", "duplicate-order"],
  ...["repeated-execution", "restricted-list", "max-weight", "max-top-weight", "max-concentration"],
  ...["max-factor-exposure", "max-beta-exposure", "max-correlation", "max-cluster-gross"],
  ...["max-adv-participation", "max-volume-participation", "max-spread", "max-days-to-liquidate"],
  ...["max-impact", "max-margin-use", "max-var", "max-daily-loss", "max-drawdown", "self-match"],
  "reduce-only",
  "parent-away",
];
const PLACES = new Map(ROW_CODES.map((code, place) => [code, place]));
const ROW_FIELDS = 5;

/** Ids, codes and decimals hold nothing that JSON escapes. What has no place in a list is kept as version 1. */
export function recordText(record: DecisionRecord): string {
  const isOfChild = record[13] >= CHILD_REGISTRY_VERSION;
  const rowsAsText = rowsText(record[15], isOfChild ? HEADS_OF_4 : HEADS);
  if (rowsAsText === undefined) return JSON.stringify(record);
  const [, seq, at, clientOrderId, symbol, strategy, side, qty, decision, allowedQty, code, limitsVersion] =
    record;
  const [, , , , , , , , , , , , orderId, registry, verdicts] = record;
  const version = isOfChild ? KEPT_VERSION_OF_CHILDREN : KEPT_VERSION;
  const about = `[${version},${seq},${at},"${clientOrderId}","${symbol}","${strategy}",${SIDES.indexOf(side)},"${qty}"`;
  const found = `${DECISIONS.indexOf(decision)},"${allowedQty}",${textOrNull(code)},${limitsVersion},${textOrNull(orderId)}`;
  return `${about},${found},${registry},${verdictsText(verdicts)},[${rowsAsText}]]`;
}

const ALL_PASS = /^p+$/;
const verdictsText = (verdicts: string): string =>
  ALL_PASS.test(verdicts) ? String(verdicts.length) : `"${verdicts}"`;

function rowsText(rows: readonly CheckRow[], heads: RowHeads<KeptHead | undefined>): string | undefined {
  let text = "";
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place];
    const head = row === undefined ? undefined : heads.at(place, row);
    if (row === undefined || head === undefined) return undefined;
    const [, , , , , observed, projected, reason] = row;
    const [before, why] = reason === undefined ? [head.bare, ""] : [head.reasoned, `,"${reason}"`];
    text += `${place === 0 ? "" : ","}${before},${textOrZero(observed)},${textOrZero(projected)}${why}`;
  }
  return text;
}

/** Of a row without a reason and of one that has one. */
type KeptHead = { readonly bare: string; readonly reasoned: string };

const headsOf = (scopes: readonly CheckScope[]): RowHeads<KeptHead | undefined> =>
  new RowHeads(([code, scope, id, verdict, limit]) => {
    const place = PLACES.get(code);
    if (place === undefined) return undefined;
    const bare = (place * scopes.length + scopes.indexOf(scope)) * ENDINGS + VERDICTS.indexOf(verdict);
    const rest = `${textOrZero(id)},${textOrZero(limit)}`;
    return { bare: `${bare},${rest}`, reasoned: `${bare + VERDICTS.length},${rest}` };
  });
const HEADS = headsOf(SCOPES);
const HEADS_OF_4 = headsOf(SCOPES_OF_4);

const textOrZero = (text: string | null): string => (text === null ? "0" : `"${text}"`);

/** Of any version. SAFETY: only `recordText` makes these texts, and made them. */
export function parseRecord(text: string): DecisionRecord {
  const kept = JSON.parse(text) as DecisionRecord | KeptRecord;
  return kept[0] >= 2 ? recordFrom(kept as KeptRecord) : (kept as DecisionRecord);
}

type KeptRecord = readonly [
  version: number,
  seq: number,
  at: number,
  clientOrderId: string,
  symbol: string,
  strategy: string,
  side: number,
  qty: string,
  decision: number,
  allowedQty: string,
  code: string | null,
  limitsVersion: number,
  orderId: string | null,
  registry: number,
  verdicts: string | number,
  rows: readonly (string | number)[],
];

function recordFrom([
  version,
  seq,
  at,
  clientOrderId,
  symbol,
  strategy,
  ...rest
]: KeptRecord): DecisionRecord {
  const [side, qty, decision, allowedQty, code, limitsVersion, orderId, registry, verdicts, rows] = rest;
  const about = [RECORD_VERSION, seq, at, clientOrderId, symbol, strategy, placed(SIDES, side), qty] as const;
  const found = [placed(DECISIONS, decision), allowedQty, code, limitsVersion, orderId, registry] as const;
  const letters = typeof verdicts === "number" ? "p".repeat(verdicts) : verdicts;
  if (version === 2) return [...about, ...found, letters, rowsOf2(rows)];
  return [...about, ...found, letters, rowsFrom(rows, version === KEPT_VERSION ? SCOPES : SCOPES_OF_4)];
}

function rowsFrom(values: readonly (string | number)[], scopes: readonly CheckScope[]): CheckRow[] {
  const rows: CheckRow[] = [];
  for (let at = 0; at < values.length; at += ROW_FIELDS) {
    const head = Number(values[at]);
    const ending = head % ENDINGS;
    const row = rowFrom(values, at, ending % VERDICTS.length, Math.floor(head / ENDINGS), scopes);
    if (ending < VERDICTS.length) rows.push(row);
    // SAFETY: a reason stands behind the row, as `rowsText` wrote it.
    else rows.push([...row, values[at++ + ROW_FIELDS] as MissingReason]);
  }
  return rows;
}

function rowsOf2(values: readonly (string | number)[]): CheckRow[] {
  const rows: CheckRow[] = [];
  for (let at = 0; at < values.length; at += ROW_FIELDS) {
    const head = Number(values[at]);
    const about = Math.floor(head / VERDICTS.length);
    rows.push(rowFrom(values, at, head % VERDICTS.length, about, SCOPES_OF_2));
  }
  return rows;
}

/** Without a reason. */
type BareRow = CheckRow extends readonly [...infer Fields, reason?: MissingReason]
  ? readonly [...Fields]
  : never;

function rowFrom(
  values: readonly (string | number)[],
  at: number,
  verdict: number,
  about: number,
  scopes: readonly CheckScope[],
): BareRow {
  const code = placed(ROW_CODES, Math.floor(about / scopes.length));
  const [id = null, limit = null, observed = null, projected = null] = values
    .slice(at + 1, at + ROW_FIELDS)
    .map((value) => (typeof value === "string" ? value : null));
  return [
    code,
    placed(scopes, about % scopes.length),
    id,
    placed(VERDICTS, verdict),
    limit,
    observed,
    projected,
  ];
}

function placed<Word>(list: readonly Word[], place: number): Word {
  const word = list[place];
  assert(word !== undefined, "a word never leaves its list");
  return word;
}
