/** Facts of symbols and of the instrument directory: rows of `bar` and `instrument`. */
import type { BarFact, BarFlagsFact, GapFact } from "../../../actors/symbol/events.ts";
import { WITHDRAWN } from "../../domain/bar-version.ts";
import { decimalText } from "../../domain/decimal.ts";
import { decodeInstrument } from "../../domain/instrument-codec.ts";
import { quoteBar } from "../quote-bar-table.ts";
import { bar, barGap, instrument } from "../schema.ts";
import { originOf, type Projection } from "./projection.ts";

/**
 * A bar that closed, or a revision of one: a lower revision never replaces a higher one, and any replaces what was imported. One that is
 * withdrawn keeps its row, so that its revisions go on and its versions are told; no read of bars finds it.
 */
export const barRow: Projection = (fact) => {
  // SAFETY: a payload of another shape leaves a NOT NULL column empty, and the fact is parked.
  const told = JSON.parse(fact.payload) as BarFact;
  const { symbol, resolution, t, o, h, l, c, v, n, pv, vw, rev, partial } = told;
  const prices = { open: o, high: h, low: l, close: c };
  const sums = { volume: v, trades: n, price_volume: pv, vwap: vw };
  const state = told.withdrawn === true ? WITHDRAWN : told.state;
  const standing = { rev, state, partial, known_at: fact.committedAt, made_by: "trades", ...originOf(fact) };
  const row = { symbol, resolution, start: t, ...prices, ...sums, ...standing };
  return [{ table: bar, change: { put: "trades-first" }, rows: [row] }];
};

/** An entry of the gap ledger, or the same with the moment at which it was filled. */
export const gapRow: Projection = (fact) => {
  // SAFETY: a payload of another shape leaves a NOT NULL column empty, and the fact is parked.
  const { symbol, number, kind, from, to, source, reason, missing, foundAt, filledAt } = JSON.parse(
    fact.payload,
  ) as GapFact;
  const found = { symbol, number, kind, from_ts: from, to_ts: to, found_at: foundAt };
  const told = {
    ...{ source: source ?? null, reason: reason ?? null },
    ...{ missing: missing ?? null, filled_at: filledAt ?? null },
  };
  return [{ table: barGap, change: { put: "newer-fact" }, rows: [{ ...found, ...told, ...originOf(fact) }] }];
};

/** Bars that stand already: whether they are partial, and nothing else of them. */
export const barFlagRows: Projection = (fact) => {
  // SAFETY: as above.
  const { symbol, series, partial, bars } = JSON.parse(fact.payload) as BarFlagsFact;
  const told = { symbol, partial, ...originOf(fact) };
  if (series === "quotes")
    return [
      {
        table: quoteBar,
        change: { set: ["partial"] },
        rows: bars.map(([resolution, start]) => ({ ...told, resolution, start })),
      },
    ];
  const known_at = fact.committedAt;
  const rows = bars.map(([resolution, start]) => ({ ...told, known_at, resolution, start }));
  return [{ table: bar, change: { set: ["partial", "known_at"] }, rows }];
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
