/** Summaries of days as the text that the object's table keeps. Bigints are text. */
import type { Curve, CurvePoint, Move } from "../../src/quant/performance/curve.ts";
import type { Presence } from "../../src/quant/performance/presence.ts";
import type { Trades } from "../../src/quant/performance/trips.ts";

type PointText = readonly [at: number, value: string];
type MoveText = readonly [by: string, from: PointText, to: PointText];
type CurveText = readonly [
  open: PointText,
  close: PointText,
  high: PointText,
  low: PointText,
  fall: MoveText,
  rise: MoveText,
];
type PresenceText = readonly [
  from: number,
  to: number,
  heldMs: number,
  grossMs: string,
  held: boolean,
  gross: string,
];
type TradesText = readonly [
  fills: number,
  traded: string,
  wins: number,
  losses: number,
  evens: number,
  won: string,
  lost: string,
  outside: string,
];

export const encodeCurve = ({ open, close, high, low, fall, rise }: Curve): string =>
  JSON.stringify([
    pointText(open),
    pointText(close),
    pointText(high),
    pointText(low),
    moveText(fall),
    moveText(rise),
  ] satisfies CurveText);

export function decodeCurve(text: string): Curve {
  // SAFETY: encodeCurve wrote it.
  const [open, close, high, low, fall, rise] = JSON.parse(text) as CurveText;
  return {
    open: pointOf(open),
    close: pointOf(close),
    high: pointOf(high),
    low: pointOf(low),
    fall: moveOf(fall),
    rise: moveOf(rise),
  };
}

export const encodePresence = ({ from, to, heldMs, grossMs, held, gross }: Presence): string =>
  JSON.stringify([from, to, heldMs, String(grossMs), held, String(gross)] satisfies PresenceText);

export function decodePresence(text: string): Presence {
  // SAFETY: encodePresence wrote it.
  const [from, to, heldMs, grossMs, held, gross] = JSON.parse(text) as PresenceText;
  return { from, to, heldMs, grossMs: BigInt(grossMs), held, gross: BigInt(gross) };
}

export const encodeTrades = ({ fills, traded, wins, losses, evens, won, lost, outside }: Trades): string =>
  JSON.stringify([
    fills,
    String(traded),
    wins,
    losses,
    evens,
    String(won),
    String(lost),
    String(outside),
  ] satisfies TradesText);

export function decodeTrades(text: string): Trades {
  // SAFETY: encodeTrades wrote it.
  const [fills, traded, wins, losses, evens, won, lost, outside] = JSON.parse(text) as TradesText;
  const money = { traded: BigInt(traded), won: BigInt(won), lost: BigInt(lost), outside: BigInt(outside) };
  return { fills, wins, losses, evens, ...money };
}

const pointText = ({ at, value }: CurvePoint): PointText => [at, String(value)];
const pointOf = ([at, value]: PointText): CurvePoint => ({ at, value: BigInt(value) });
const moveText = ({ by, from, to }: Move): MoveText => [String(by), pointText(from), pointText(to)];
const moveOf = ([by, from, to]: MoveText): Move => ({ by: BigInt(by), from: pointOf(from), to: pointOf(to) });
