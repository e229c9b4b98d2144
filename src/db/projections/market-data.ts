/** Facts of symbols and of the instrument directory: rows of `bar` and `instrument`. */
import type { BarFact } from "../../../actors/symbol/events.ts";
import { decimalText } from "../../domain/decimal.ts";
import { decodeInstrument } from "../../domain/instrument-codec.ts";
import { bar, instrument } from "../schema.ts";
import { originOf, type Projection } from "./projection.ts";

/** A bar that closed, or a revision of one: a lower revision never replaces a higher one, and any replaces what was imported. */
export const barRow: Projection = (fact) => {
  // SAFETY: a payload of another shape leaves a NOT NULL column empty, and the fact is parked.
  const { symbol, resolution, t, o, h, l, c, v, n, pv, vw, rev, state, partial } = JSON.parse(
    fact.payload,
  ) as BarFact;
  const prices = { open: o, high: h, low: l, close: c };
  const sums = { volume: v, trades: n, price_volume: pv, vwap: vw };
  const told = { rev, state, partial, known_at: fact.committedAt, made_by: "trades", ...originOf(fact) };
  const row = { symbol, resolution, start: t, ...prices, ...sums, ...told };
  return [{ table: bar, change: { put: "trades-first" }, rows: [row] }];
};

export const instrumentRow: Projection = (fact) => {
  const known = decodeInstrument(fact.payload);
  const {
    symbol,
    version,
    description,
    type,
    exchange,
    currency,
    priceScale,
    sizeScale,
    multiplier,
    timezone,
    session,
    status,
  } = known;
  const row = {
    symbol,
    version,
    description,
    type,
    exchange,
    currency,
    price_scale: priceScale,
    size_scale: sizeScale,
    tick_size: decimalText(known.tickSize, priceScale),
    lot_size: decimalText(known.lotSize, sizeScale),
    multiplier,
    timezone,
    session,
    status,
    reference: JSON.parse(fact.payload),
    ...originOf(fact),
  };
  return [{ table: instrument, change: { put: "newer-fact" }, rows: [row] }];
};
