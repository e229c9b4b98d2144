/** Entries of a line's journal and its checkpoint as text, and back. Bigints are text. */
import { money } from "../../src/domain/money.ts";
import { type Position, signedCost } from "../../src/domain/position.ts";
import type { Cash, Entry, Split, Trade } from "../../src/quant/money/entry.ts";
import type { Checkpoint } from "../../src/quant/money/journal.ts";
import type { Lot, Lots } from "../../src/quant/money/lots.ts";
import type { JournalChange } from "./events.ts";

const TRADES = { f: "fill", o: "opening", a: "adjustment" } as const;
const LETTERS = { fill: "f", opening: "o", adjustment: "a" } as const;

/** The last three only of what has them. */
type TradeText = readonly [
  kind: keyof typeof TRADES,
  id: string,
  ts: number,
  qty: string,
  price: number,
  fee: string,
  value?: string | null,
  realised?: string | null,
  funding?: string | null,
];
type CashText = readonly [kind: "c", id: string, ts: number, funding: string, fees: string];
type SplitText = readonly [kind: "s", id: string, ts: number, from: string, to: string, price: number | null];
type EntryText = TradeText | CashText | SplitText;
export type ChangeText =
  | EntryText
  | readonly [kind: "-", id: string]
  | readonly [kind: "=", entry: EntryText];

export function encodeChange(change: JournalChange): ChangeText {
  if ("remove" in change) return ["-", change.remove];
  return "add" in change ? encodeEntry(change.add) : ["=", encodeEntry(change.replace)];
}

/** SAFETY, here and below: only the encoders beside them write these columns. */
export function decodeChange(text: ChangeText): JournalChange {
  if (text[0] === "-") return { remove: text[1] };
  return text[0] === "=" ? { replace: decodeEntry(text[1]) } : { add: decodeEntry(text) };
}

function encodeEntry(entry: Entry): EntryText {
  switch (entry.kind) {
    case "cash":
      return ["c", entry.id, entry.ts, String(entry.funding), String(entry.fees)];
    case "split":
      return encodeSplit(entry);
    default:
      return encodeTrade(entry);
  }
}

export const encodeSplit = ({ id, ts, from, to, price }: Split): SplitText => [
  ...(["s", id, ts] as const),
  ...([String(from), String(to), price ?? null] as const),
];

function encodeTrade(trade: Trade): TradeText {
  const { kind, id, ts, qty, price, fee, value, realised, funding } = trade;
  const plain = [LETTERS[kind], id, ts, String(qty), price, String(fee)] as const;
  if (value === undefined && realised === undefined && funding === undefined) return plain;
  return [...plain, textOf(value), textOf(realised), textOf(funding)];
}

const textOf = (value: bigint | undefined): string | null => (value === undefined ? null : String(value));

function decodeEntry(text: EntryText): Entry {
  if (text[0] === "s") return decodeSplit(text);
  if (text[0] === "c") return decodeCash(text);
  const [kind, id, ts, qty, price, fee, value, realised, funding] = text;
  return {
    ...{ kind: TRADES[kind], id, ts, qty: BigInt(qty), price, fee: amount(fee) },
    ...(value == null ? {} : { value: amount(value) }),
    ...(realised == null ? {} : { realised: amount(realised) }),
    ...(funding == null ? {} : { funding: amount(funding) }),
  };
}

export function decodeSplit([, id, ts, from, to, price]: SplitText): Split {
  const split = { kind: "split", id, ts, from: BigInt(from), to: BigInt(to) } as const;
  return price === null ? split : { ...split, price };
}

const decodeCash = ([, id, ts, funding, fees]: CashText): Cash => ({
  ...({ kind: "cash", id, ts } as const),
  ...{ funding: amount(funding), fees: amount(fees) },
});

export const encodeSplits = (splits: readonly Split[] | undefined): string =>
  JSON.stringify((splits ?? []).map(encodeSplit));
export const decodeSplits = (text: string): readonly Split[] =>
  (JSON.parse(text) as SplitText[]).map(decodeSplit);

type PositionText = readonly [qty: string, cost: string, realised: string, fees: string, funding: string];
type LotsText = readonly [
  realised: string,
  lots: readonly (readonly [ts: number, qty: string, cost: string])[],
];
type CheckpointText = {
  readonly count: number;
  /** Null: before everything. */
  readonly latest: number | null;
  readonly position: PositionText;
  /** Null where there were too many. */
  readonly fifo: LotsText | null;
  readonly lifo: LotsText | null;
  readonly splits: readonly SplitText[];
};
/** A line from before there were journals: how it came to be is not known, so what it held is one lot. */
type OldLineText = { readonly position: PositionText /** When that was noted. */; readonly latest?: number };

export function encodeCheckpoint({ count, latest, position, fifo, lifo, splits }: Checkpoint): string {
  const text: CheckpointText = {
    count,
    latest: Number.isFinite(latest) ? latest : null,
    position: [
      ...([position.qty, position.cost, position.realised].map(String) as [string, string, string]),
      String(position.fees),
      String(position.funding),
    ],
    fifo: encodeLots(fifo),
    lifo: encodeLots(lifo),
    splits: splits.map(encodeSplit),
  };
  return JSON.stringify(text);
}

export function decodeCheckpoint(text: string): Checkpoint {
  const stored = JSON.parse(text) as CheckpointText | OldLineText;
  const position = decodePosition(stored.position);
  if (!("count" in stored)) return checkpointOfOld(position, stored.latest ?? 0);
  const { count, latest, fifo, lifo, splits } = stored;
  return {
    ...{ count, latest: latest ?? Number.NEGATIVE_INFINITY, position },
    ...{ fifo: decodeLots(fifo), lifo: decodeLots(lifo), splits: splits.map(decodeSplit) },
  };
}

function checkpointOfOld(position: Position, latest: number): Checkpoint {
  const { qty, realised } = position;
  const lots: readonly Lot[] = qty === 0n ? [] : [{ ts: 0, qty, cost: signedCost(position) }];
  const view: Lots = { lots, realised };
  return { count: 0, latest, position, fifo: view, lifo: view, splits: [] };
}

const encodeLots = (lots: Lots | undefined): LotsText | null =>
  lots === undefined
    ? null
    : [String(lots.realised), lots.lots.map(({ ts, qty, cost }) => [ts, String(qty), String(cost)])];

const decodeLots = (text: LotsText | null): Lots | undefined =>
  text === null
    ? undefined
    : {
        realised: BigInt(text[0]),
        lots: text[1].map(([ts, qty, cost]) => ({ ts, qty: BigInt(qty), cost: BigInt(cost) })),
      };

const decodePosition = ([qty, cost, realised, fees, funding]: PositionText): Position => ({
  qty: BigInt(qty),
  cost: amount(cost),
  realised: amount(realised),
  fees: amount(fees),
  funding: amount(funding),
});

const amount = (text: string) => money(BigInt(text));
