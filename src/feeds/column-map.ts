/** Which column of a CSV file is which part of a tick or bar, as `ts:timestamp,price:px` says it; `#3` is the third column of a file without a header. */

const PARTS = {
  trade: {
    needed: ["ts", "price"],
    oneOf: ["size", "dayVolume"],
    more: ["symbol", "id", "seq", "conditions"],
  },
  quote: { needed: ["ts", "bid", "bidSize", "ask", "askSize"], oneOf: [], more: ["symbol", "seq"] },
  bar: { needed: ["o", "h", "l", "c", "v"], oneOf: ["t", "date"], more: ["symbol", "n"] },
} as const;
/** The part that no other kind has. */
const SIGN_OF = { trade: "price", quote: "bid", bar: "o" } as const;

export type RowKind = keyof typeof PARTS;
export type ColumnMap = {
  readonly kind: RowKind;
  readonly columns: ReadonlyMap<string, string>;
  /** Columns are numbered: the first line is a row. */
  readonly numbered: boolean;
};
type Read<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly why: string };

const NUMBERED = /^#[1-9]\d{0,3}$/;

export function columnMap(text: string): Read<ColumnMap> {
  const pairs = text.split(",").map(pairOf);
  if (pairs.includes(undefined)) return failed("columns are part:column, separated by commas");
  const given = pairs.filter((pair) => pair !== undefined);
  const columns = new Map(given);
  if (columns.size < given.length) return failed("a part stands in one column");
  const kinds = (Object.keys(SIGN_OF) as RowKind[]).filter((kind) => columns.has(SIGN_OF[kind]));
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1)
    return failed("columns of trades name a price, of quotes a bid, of bars an o; of one of them");
  const fault = partFault(kind, [...columns.keys()]);
  if (fault !== undefined) return failed(fault);
  const numbered = given.filter(([, column]) => NUMBERED.test(column)).length;
  if (numbered > 0 && numbered < given.length) return failed("columns are named or numbered, not both");
  return { ok: true, value: { kind, columns, numbered: numbered > 0 } };
}

/** Where each part stands in a row. Undefined for a file whose header lacks a column, or has one twice. */
export function placesIn(
  { columns, numbered }: ColumnMap,
  header: readonly string[],
): Read<ReadonlyMap<string, number>> {
  const places = new Map<string, number>();
  for (const [part, column] of columns) {
    const place = numbered ? Number(column.slice(1)) - 1 : header.indexOf(column);
    if (place < 0 || place >= header.length) return failed(`its first line has no column ${column}`);
    if (!numbered && header.lastIndexOf(column) !== place)
      return failed(`its first line has ${column} twice`);
    places.set(part, place);
  }
  return { ok: true, value: places };
}

/** A column's own name may hold a colon. */
function pairOf(pair: string): readonly [part: string, column: string] | undefined {
  const colon = pair.indexOf(":");
  return colon <= 0 || colon === pair.length - 1
    ? undefined
    : [pair.slice(0, colon).trim(), pair.slice(colon + 1).trim()];
}

function partFault(kind: RowKind, given: readonly string[]): string | undefined {
  const needed: readonly string[] = PARTS[kind].needed;
  const oneOf: readonly string[] = PARTS[kind].oneOf;
  const allowed = [...needed, ...oneOf, ...PARTS[kind].more];
  const missing = needed.filter((part) => !given.includes(part));
  const odd = given.filter((part) => !allowed.includes(part));
  if (odd.length > 0) return `a ${kind} has no ${odd[0]}; it has ${allowed.join(", ")}`;
  if (missing.length > 0) return `a ${kind} needs ${missing.join(", ")}`;
  if (oneOf.length > 0 && given.filter((part) => oneOf.includes(part)).length !== 1)
    return `a ${kind} needs ${oneOf.join(" or ")}, one of them`;
  return undefined;
}

const failed = (why: string): { readonly ok: false; readonly why: string } => ({ ok: false, why });
