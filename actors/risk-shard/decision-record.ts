/** A decision as it was made, and as it is shown. It names the registry that it was made with; `kept-record.ts` has its text. */

import { CODES_OF_VERSION, REGISTRY_VERSION } from "../../src/domain/check-codes.ts";
import { decimalsOf, decimalText, divideHalfEven, scaledInteger } from "../../src/domain/decimal.ts";
import type { CheckRow, VerdictLetter } from "./check-rows.ts";
import { builtInScopeOf, fixCodeOf, fixNumbersOf } from "./checks/registry.ts";
import type { OrderTerms, ShownChecks } from "./messages.ts";
import { RowHeads } from "./row-heads.ts";

/** Of the array in memory, which was the kept text too once. */
export const RECORD_VERSION = 1;

export type DecisionRecord = readonly [
  version: number,
  seq: number,
  at: number,
  clientOrderId: string,
  symbol: string,
  strategy: string,
  side: "buy" | "sell",
  qty: string,
  decision: "accept" | "reduce" | "reject",
  allowedQty: string,
  code: string | null,
  limitsVersion: number,
  orderId: string | null,
  registry: number,
  verdicts: string,
  rows: readonly CheckRow[],
];

type Decided = {
  readonly seq: number;
  readonly at: number;
  readonly terms: OrderTerms;
  readonly decision: "accept" | "reduce" | "reject";
  readonly allowedQty: string;
  readonly code: string | undefined;
  readonly limitsVersion: number;
  readonly orderId: string | undefined;
  readonly verdicts: string;
  readonly rows: readonly CheckRow[];
  /** By which `verdicts` are read. */
  readonly registry?: number;
};

export const recordOf = (decided: Decided): DecisionRecord => [
  RECORD_VERSION,
  decided.seq,
  decided.at,
  decided.terms.clientOrderId,
  decided.terms.symbol,
  decided.terms.strategy,
  decided.terms.side,
  decided.terms.qty,
  decided.decision,
  decided.allowedQty,
  decided.code ?? null,
  decided.limitsVersion,
  decided.orderId ?? null,
  decided.registry ?? REGISTRY_VERSION,
  decided.verdicts,
  decided.rows,
];

/** Rows as JSON, as the fact has them. */
export function checksText(rows: readonly CheckRow[]): string {
  let text = "[";
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place];
    if (row === undefined) break;
    const [, , , , , observed, projected, reason] = row;
    const numbers = `${textOrNull(observed)},${textOrNull(projected)}`;
    const why = reason === undefined ? "" : `,"${reason}"`;
    text += `${place === 0 ? "" : ","}${HEADS.at(place, row)}${numbers}${why}]`;
  }
  return `${text}]`;
}

const HEADS = new RowHeads(
  ([code, scope, id, verdict, limit]) =>
    `["${code}","${scope}",${textOrNull(id)},"${verdict}",${textOrNull(limit)},`,
);

export const textOrNull = (text: string | null): string => (text === null ? "null" : `"${text}"`);

/** The public decision object. */
export function shownDecision(record: DecisionRecord, shown: ShownChecks): object {
  const [, seq, , clientOrderId, , , , , decision, allowedQty, code, limitsVersion, orderId] = record;
  const rows = shown === "all" ? allRows(record) : tellingOf(allRows(record, false));
  const fixCode = code === null ? undefined : fixCodeOf(code);
  return {
    clientOrderId,
    decision,
    allowedQty,
    ...(code === null ? {} : { code }),
    ...(fixCode === undefined ? {} : { fixCode }),
    checks: rows.map(shownCheck),
    warnings: [...new Set(rows.filter((row) => row[3] === "w").map((row) => row[0]))],
    limitsVersion,
    seq,
    ...(orderId === null ? {} : { orderId }),
  };
}

/** The same with what it was about, for the account's history. */
export function shownRecord(record: DecisionRecord): object {
  const [, , at, , symbol, strategy, side, qty] = record;
  return {
    ...shownDecision(record, "all"),
    symbol,
    side,
    qty,
    strategy: strategy === "" ? null : strategy,
    ts: at,
  };
}

/** Built-in checks in their published order, with their numbers where they have some, then the limits. What tells nothing can be left out. */
export function allRows(record: DecisionRecord, withSilent = true): CheckRow[] {
  const symbol = record[4];
  const strategy = record[5];
  const verdicts = record[14];
  const rows = record[15];
  const codes: readonly string[] = CODES_OF_VERSION[record[13]] ?? [];
  const builtIns = codes.slice(0, verdicts.length).flatMap((code, index): CheckRow[] => {
    const numbered = rows.find((row) => isOfBuiltIn(row, code));
    if (numbered !== undefined) return [numbered];
    if (!withSilent && verdicts.charAt(index) === "p") return [];
    const scope = builtInScopeOf(code);
    const id = scope === "symbol" ? symbol : scope === "strategy" && strategy !== "" ? strategy : null;
    // SAFETY: `evaluate` writes one of the four letters for each check.
    return [[code, scope, id, verdicts.charAt(index) as VerdictLetter, null, null, null]];
  });
  return [...builtIns, ...rows.filter((row) => !codes.some((code) => isOfBuiltIn(row, code)))];
}

/** A kind of limit may be called as a built-in check is; rows of such a kind always have a limit, those of that check never. */
export const isOfBuiltIn = (row: CheckRow, code: string | undefined): boolean =>
  row[0] === code && !(isNameOfBoth(row[0]) && row[4] !== null);
const isNameOfBoth = (code: string): boolean => code === "reduce-only";

/** What does not pass, and of what passes the check that is nearest to its limit. */
function tellingOf(rows: readonly CheckRow[]): CheckRow[] {
  let tightest: CheckRow | undefined;
  let highest = -1;
  for (const row of rows) {
    const used = row[3] === "p" ? usedShare(row) : undefined;
    if (used === undefined || used <= highest) continue;
    highest = used;
    tightest = row;
  }
  return rows.filter((row) => row === tightest || row[3] !== "p");
}

/** How much of its limit a check uses, near enough to tell which uses most. Undefined where it has no numbers. */
export function usedShare([, , , , limit, , projected]: CheckRow): number | undefined {
  if (limit === null || projected === null) return undefined;
  const whole = Number(limit);
  return whole === 0 ? 1 : projected === "0" ? 0 : Number(projected) / whole;
}

const VERDICTS = { p: "pass", w: "warn", f: "fail", s: "skip" } as const;

function shownCheck(row: CheckRow): object {
  const [code, scope, scopeId, verdict, limit, observed, projected, reason] = row;
  return {
    code,
    kind: code,
    ...fixNumbersOf(code),
    scope: scopeId === null ? { kind: scope } : { kind: scope, id: scopeId },
    verdict: VERDICTS[verdict],
    limit,
    observed,
    projected,
    headroom: limit === null || projected === null ? null : differenceText(limit, projected),
    utilisation: limit === null || projected === null ? null : ratioText(projected, limit),
    ...(reason === undefined ? {} : { reason }),
  };
}

const RATIO_SCALE = 6;

/** Of a decimal of which no more decimals matter than the scale has. */
function integerAt(text: string, scale: number): bigint {
  const point = text.indexOf(".");
  const whole = point < 0 ? text : text.slice(0, point);
  const fraction = point < 0 ? "" : text.slice(point + 1, point + 1 + scale);
  return BigInt(whole + fraction.padEnd(scale, "0"));
}

export function differenceText(one: string, other: string): string {
  const scale = Math.max(decimalsOf(one), decimalsOf(other));
  const [a, b] = [scaledInteger(one, scale), scaledInteger(other, scale)];
  if (a.ok && b.ok && Number.isSafeInteger(a.value - b.value)) return decimalText(a.value - b.value, scale);
  return decimalText(integerAt(one, scale) - integerAt(other, scale), scale);
}

/** Times 10^RATIO_SCALE, and doubled to find the middle, these are still safe integers. */
const RATIO_SAFE = Math.floor(Number.MAX_SAFE_INTEGER / 10 ** RATIO_SCALE / 2);

/** part / whole at RATIO_SCALE, ties to even, of integers that are exact all the way. */
function shareOf(part: number, whole: number): number {
  const scaled = part * 10 ** RATIO_SCALE;
  const rest = scaled % whole;
  const floor = (scaled - rest) / whole;
  const isAbove = rest > whole - rest || (rest === whole - rest && floor % 2 === 1);
  return isAbove ? floor + 1 : floor;
}

/** `differenceText(limit, projected)` and `ratioText(projected, limit)`, of numbers that are read once. */
export function roomTexts(limit: string, projected: string): [headroom: string, utilisation: string | null] {
  const scale = Math.max(decimalsOf(limit), decimalsOf(projected));
  const [all, some] = [scaledInteger(limit, scale), scaledInteger(projected, scale)];
  const isShort = all.ok && some.ok && all.value > 0 && some.value >= 0 && some.value <= RATIO_SAFE;
  if (!isShort) {
    const [whole, part] = [integerAt(limit, scale), integerAt(projected, scale)];
    return [decimalText(whole - part, scale), shareText(part, whole)];
  }
  return [
    decimalText(all.value - some.value, scale),
    decimalText(shareOf(some.value, all.value), RATIO_SCALE),
  ];
}

/** Null where there is nothing to divide by, unless nothing of it is used. */
export function ratioText(part: string, whole: string): string | null {
  const scale = Math.max(decimalsOf(part), decimalsOf(whole));
  const [some, all] = [scaledInteger(part, scale), scaledInteger(whole, scale)];
  if (some.ok && all.ok && all.value > 0 && some.value >= 0 && some.value <= RATIO_SAFE)
    return decimalText(shareOf(some.value, all.value), RATIO_SCALE);
  return shareText(integerAt(part, scale), integerAt(whole, scale));
}

function shareText(part: bigint, whole: bigint): string | null {
  if (whole <= 0n) return part === 0n ? "0" : null;
  return decimalText(divideHalfEven(part, whole, RATIO_SCALE), RATIO_SCALE);
}
