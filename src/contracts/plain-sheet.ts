/**
 * A document of plain trades and quotes, each with its fields in the order of the contract, sorted by symbol without being parsed: half of
 * what parsing and sorting cost. It takes a part of what the long way takes and says the same of it (`test/routes/tick-sheet.test.ts`);
 * where anything else stands in the document, the whole of it goes the long way.
 */
import { ID_PATTERN, SYMBOL_PATTERN } from "../domain/ids.ts";
import { PLAIN_NUMBER } from "./plain-ticks.ts";
import { SYMBOLS_PER_REQUEST_MAX, TICKS_PER_REQUEST_MAX } from "./ticks.ts";

export type PlainSheet = {
  readonly source: string;
  /** By symbol: the JSON text of its plain ticks. */
  readonly groups: ReadonlyMap<string, string>;
};

export function plainSheet(text: string): PlainSheet | undefined {
  const [opening, source = ""] = matchAt(OPENING, text, 0) ?? [];
  if (opening === undefined) return undefined;
  const groups = new Map<string, string[]>();
  const end = sortInto(groups, text, opening.length);
  if (end === undefined || matchAt(CLOSING, text, end) === null) return undefined;
  return { source, groups: joined(groups) };
}

/** Where the list ends that begins at `start`; undefined where it holds anything else, or too much. */
function sortInto(groups: Map<string, string[]>, text: string, start: number): number | undefined {
  for (let at = start, index = 0; index < TICKS_PER_REQUEST_MAX; index++) {
    const trade = matchAt(TRADE, text, at);
    const tick = trade ?? matchAt(QUOTE, text, at);
    if (tick === null) return undefined;
    const [{ length }, symbol = ""] = tick;
    const values = trade === null ? quoteText(index, tick) : tradeText(index, tick);
    const group = groups.get(symbol);
    if (group !== undefined) group.push(values);
    else if (groups.size === SYMBOLS_PER_REQUEST_MAX) return undefined;
    else groups.set(symbol, [values]);
    at += length;
    if (tick.at(-1) === "]") return at;
  }
  return undefined;
}

/** Joined once: text that grows tick by tick is a tree of its pieces, which must be walked before it can leave. */
const joined = (groups: ReadonlyMap<string, readonly string[]>): Map<string, string> =>
  new Map([...groups].map(([symbol, ticks]) => [symbol, `[${ticks.join(",")}]`]));

/** A tick as `PlainTrade` or `PlainQuote` has it; what it holds needs no escape. */
const tradeText = (index: number, [, , ts, price, size, id, seq = "null"]: RegExpExecArray): string =>
  `[${index},${ts},"${price}","${size}",${idText(id)},${seq}]`;
const idText = (id: string | undefined): string =>
  id === undefined ? "null" : PLAIN_NUMBER.test(id) ? id : `"${id}"`;
const quoteText = (
  index: number,
  [, , ts, bid, bidSize, ask, askSize, seq = "null"]: RegExpExecArray,
): string => `[${index},${ts},"${bid}","${bidSize}","${ask}","${askSize}",${seq}]`;

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

const SPACE = "[ \\t\\n\\r]*";
const within = ({ source }: RegExp): string => source.slice(1, -1);
const SYMBOL = `"(${within(SYMBOL_PATTERN)})"`;
const ID = `"(${within(ID_PATTERN)})"`;
/** Digits that a number holds exactly. */
const SEQUENCE = "(0|[1-9]\\d{0,14})";
/** Exactly `isEpochMs`. */
const TIME = "([1-9]\\d{11,12})";
const DECIMAL = "(?:0|[1-9]\\d{0,19})(?:\\.\\d{1,18})?";
const UNSIGNED = `"(${DECIMAL})"`;
const POSITIVE = `"(?=[0.]*[1-9])(${DECIMAL})"`;

const field = (name: string, value: string): string => `"${name}"${SPACE}:${SPACE}${value}${SPACE}`;
const optional = (name: string, value: string): string => `(?:,${SPACE}${field(name, value)})?`;

/** Its last capture is what follows: a comma, or the end of the list. */
const tickPattern = (type: string, required: readonly string[], ...optionals: readonly string[]): RegExp => {
  const fields = [field("type", `"${type}"`), ...required].join(`,${SPACE}`);
  return new RegExp(`\\{${SPACE}${fields}${optionals.join("")}\\}${SPACE}([,\\]])${SPACE}`, "y");
};

const OPENING = new RegExp(
  `${SPACE}\\{${SPACE}${field("source", ID)},${SPACE}"ticks"${SPACE}:${SPACE}\\[${SPACE}`,
  "y",
);
const BASE = [field("symbol", SYMBOL), field("ts", TIME)];
const TRADE = tickPattern(
  "trade",
  [...BASE, field("price", POSITIVE), field("size", POSITIVE)],
  optional("id", ID),
  optional("seq", SEQUENCE),
);
const QUOTE = tickPattern(
  "quote",
  [
    ...BASE,
    field("bid", POSITIVE),
    field("bidSize", UNSIGNED),
    field("ask", POSITIVE),
    field("askSize", UNSIGNED),
  ],
  optional("seq", SEQUENCE),
);
const CLOSING = new RegExp(`\\}${SPACE}$`, "y");
