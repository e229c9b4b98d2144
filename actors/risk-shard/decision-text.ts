/**
 * The public decision object as JSON text, put together without the object: with all its checks it is the longest text of an order.
 * Byte for byte what `JSON.stringify(shownDecision(…))` gives (`decision-text.test.ts`).
 */
import { CODES_OF_VERSION } from "../../src/domain/check-codes.ts";
import type { CheckRow, CheckScope, VerdictLetter } from "./check-rows.ts";
import { builtInScopeOf, fixCodeOf, fixNumbersOf } from "./checks/registry.ts";
import {
  type DecisionRecord,
  isOfBuiltIn,
  roomTexts,
  shownDecision,
  textOrNull,
  usedShare,
} from "./decision-record.ts";
import type { ShownChecks } from "./messages.ts";
import { RowHeads } from "./row-heads.ts";

export function decisionText(record: DecisionRecord, shown: ShownChecks): string {
  // Whoever warns is named beside the checks, each once: rare, and left to the object.
  if (record[14].includes("w") || record[15].some((row) => row[3] === "w"))
    return JSON.stringify(shownDecision(record, shown));
  const [, seq, , clientOrderId, , , , , decision, allowedQty, code, limitsVersion, orderId] = record;
  const fixCode = code === null ? undefined : fixCodeOf(code);
  // Ids, codes and decimals hold nothing that JSON escapes.
  let text = `{"clientOrderId":"${clientOrderId}","decision":"${decision}","allowedQty":"${allowedQty}"`;
  if (code !== null) text += `,"code":"${code}"`;
  if (fixCode !== undefined) text += `,"fixCode":${fixCode}`;
  text += `,"checks":[${shown === "all" ? allChecks(record) : tellingChecks(record)}]`;
  text += `,"warnings":[],"limitsVersion":${limitsVersion},"seq":${seq}`;
  return orderId === null ? `${text}}` : `${text},"orderId":"${orderId}"}`;
}

function allChecks(record: DecisionRecord): string {
  if (ALL_PASS.test(record[14])) return allPassing(record);
  let text = "";
  eachCheck(record, (row, place, builtIn, verdict) => {
    if (text !== "") text += ",";
    text += row === undefined ? bareText(builtIn, verdict, record) : rowText(row, place);
  });
  return text;
}

/** What does not pass, and of what passes the check that is nearest to its limit. */
function tellingChecks(record: DecisionRecord): string {
  let tightest: CheckRow | undefined;
  let highest = -1;
  for (const row of record[15]) {
    const used = row[3] === "p" ? usedShare(row) : undefined;
    if (used === undefined || used <= highest) continue;
    highest = used;
    tightest = row;
  }
  const texts: string[] = [];
  // Checks that all pass have nothing to tell but by their rows.
  if (ALL_PASS.test(record[14])) {
    for (const [place, row] of record[15].entries())
      if (row === tightest || row[3] !== "p") texts.push(rowText(row, place));
    return texts.join(",");
  }
  eachCheck(record, (row, place, builtIn, verdict) => {
    if (row !== undefined && (row === tightest || row[3] !== "p")) texts.push(rowText(row, place));
    else if (row === undefined && verdict !== "p") texts.push(bareText(builtIn, verdict, record));
  });
  return texts.join(",");
}

const ALL_PASS = /^p*$/;

/** Rows, and where no row stands whole stretches of built-in checks, which pass and have no numbers. */
function allPassing(record: DecisionRecord): string {
  const [{ length: end }, rows] = [record[14], record[15]];
  const texts: string[] = [];
  let from = 0;
  let next = 0;
  for (; next < rows.length; next++) {
    const row = rows[next];
    const at = row === undefined ? undefined : registryOf(record).places.get(row[0]);
    if (row === undefined || at === undefined || at < from || at >= end) break;
    if (at > from) texts.push(stretchText(record, from, at));
    texts.push(rowText(row, next));
    from = at + 1;
  }
  if (end > from) texts.push(stretchText(record, from, end));
  for (const row of rows.slice(next)) texts.push(rowText(row, next++));
  return texts.join(",");
}

/** The same for most orders, so the text of the one before. */
function stretchText(record: DecisionRecord, from: number, to: number): string {
  const [, , , , symbol, strategy] = record;
  const { builtIns, stretches } = registryOf(record);
  const place = from * builtIns.length + to;
  const newest = stretches.get(place);
  if (newest?.symbol === symbol && newest.strategy === strategy) return newest.text;
  const text = builtIns
    .slice(from, to)
    .map((builtIn) => bareText(builtIn, "p", record))
    .join(",");
  stretches.set(place, { symbol, strategy, text });
  return text;
}

type Visit = (
  row: CheckRow | undefined,
  place: number,
  builtIn: BuiltIn | undefined,
  verdict: VerdictLetter,
) => void;

/** Built-in checks in their published order, with their row where they have one, then the limits. */
function eachCheck(record: DecisionRecord, visit: Visit): void {
  const [verdicts, rows] = [record[14], record[15]];
  const { builtIns } = registryOf(record);
  // Rows of built-in checks come first, in the same order.
  let next = 0;
  for (let index = 0; index < verdicts.length; index++) {
    const builtIn = builtIns[index];
    // SAFETY: `evaluate` writes one of the four letters for each check.
    const verdict = verdicts.charAt(index) as VerdictLetter;
    const row = rows[next];
    if (row !== undefined && isOfBuiltIn(row, builtIn?.code)) {
      visit(row, next, builtIn, verdict);
      next += 1;
    } else visit(undefined, next, builtIn, verdict);
  }
  for (; next < rows.length; next++) visit(rows[next], next, undefined, "p");
}

type BuiltIn = {
  readonly code: string;
  readonly scope: CheckScope;
  readonly head: string;
  /** What was said of it last: the next order is mostly about the same symbol and strategy. */
  newest: { readonly id: string | null; readonly verdict: VerdictLetter; readonly text: string } | undefined;
};

type Registry = {
  readonly builtIns: readonly BuiltIn[];
  readonly places: ReadonlyMap<string, number>;
  /** By their place: as many as there are pairs of checks at the most. */
  readonly stretches: Map<
    number,
    { readonly symbol: string; readonly strategy: string; readonly text: string }
  >;
};

const registryFrom = (codes: readonly string[]): Registry => ({
  builtIns: codes.map((code) => ({
    code,
    scope: builtInScopeOf(code),
    head: headText(code),
    newest: undefined,
  })),
  places: new Map(codes.map((code, place) => [code, place])),
  stretches: new Map(),
});

/** By version of the registry, and of each check what never changes. */
const REGISTRIES = new Map(
  Object.entries(CODES_OF_VERSION).map(([version, codes]) => [Number(version), registryFrom(codes)]),
);
const registryOf = (record: DecisionRecord): Registry => REGISTRIES.get(record[13]) ?? NO_REGISTRY;

const VERDICTS = { p: "pass", w: "warn", f: "fail", s: "skip" } as const;
const NO_NUMBERS = '"observed":null,"projected":null,"headroom":null,"utilisation":null}';

function headText(code: string): string {
  const { fixCode, riskLimitType } = fixNumbersOf(code);
  const numbers = fixCode === undefined ? "" : `,"fixCode":${fixCode}`;
  const type = riskLimitType === undefined ? "" : `,"riskLimitType":${riskLimitType}`;
  return `{"code":"${code}","kind":"${code}"${numbers}${type},"scope":`;
}

const NOT_MEASURED = '"observed":null,"projected":null,"headroom":null,"utilisation":null';

const HEADS = new Map<string, string>();

/** One for each code that there is. */
function headOf(code: string): string {
  const known = HEADS.get(code);
  if (known !== undefined) return known;
  const head = headText(code);
  HEADS.set(code, head);
  return head;
}

function bareText(
  builtIn: BuiltIn = NOBODY,
  verdict: VerdictLetter,
  [, , , , symbol, strategy]: DecisionRecord,
): string {
  const { scope, newest } = builtIn;
  const id = scope === "symbol" ? symbol : scope === "strategy" && strategy !== "" ? strategy : null;
  if (newest?.id === id && newest.verdict === verdict) return newest.text;
  const text = `${builtIn.head}${scopeText(scope, id)},"verdict":"${VERDICTS[verdict]}","limit":null,${NO_NUMBERS}`;
  builtIn.newest = { id, verdict, text };
  return text;
}

const ROW_HEADS = new RowHeads(
  ([code, scope, id, verdict, limit]) =>
    `${headOf(code)}${scopeText(scope, id)},"verdict":"${VERDICTS[verdict]}","limit":${textOrNull(limit)},`,
);

/** `place`: of the row among those of its decision. */
function rowText(row: CheckRow, place: number): string {
  const [, , , , limit, observed, projected, reason] = row;
  const head = ROW_HEADS.at(place, row);
  if (reason !== undefined && projected === null) return `${head}${NOT_MEASURED},"reason":"${reason}"}`;
  if (limit === null && observed === null && projected === null) return `${head}${NO_NUMBERS}`;
  const isBoth = limit !== null && projected !== null;
  const [headroom, utilisation] = isBoth ? roomTexts(limit, projected) : NO_ROOM;
  const numbers = `"observed":${textOrNull(observed)},"projected":${textOrNull(projected)}`;
  const told = reason === undefined ? "" : `,"reason":"${reason}"`;
  return `${head}${numbers},"headroom":${textOrNull(headroom)},"utilisation":${textOrNull(utilisation)}${told}}`;
}

/** For a verdict beyond the checks of its registry, which there is none of. */
const NOBODY: BuiltIn = { code: "", scope: "account", head: headText(""), newest: undefined };
const NO_REGISTRY = registryFrom([]);
const NO_ROOM = [null, null] as const;

const scopeText = (kind: string, id: string | null): string =>
  id === null ? `{"kind":"${kind}"}` : `{"kind":"${kind}","id":"${id}"}`;
