/** Positions, of an account or of a strategy; of a strategy beside what it is meant to hold. */
import { age, grouped, NOTHING, signed, unitOf } from "../figures.ts";
import { fragmentOf } from "../location.ts";
import type { Leg, Position, StrategyPosition } from "../shapes.ts";
import { Signed } from "./figures.tsx";
import { type Field, Listing } from "./panel.tsx";

type Held = (Position | StrategyPosition) & { readonly currency?: string | null; readonly funding?: string };
type PositionsProps = {
  readonly positions: readonly Held[];
  /** Of the account: money in another says so. */
  readonly currency: string;
  /** Of a strategy: its legs, also those of which it holds nothing. Without them positions are of several strategies. */
  readonly targets?: readonly Leg[];
};

/** The API's own bound for a price that is stale. */
const STALE_MS = 60_000;

export function PositionTable({ positions, currency, targets }: PositionsProps) {
  const stated = new Map(targets?.map((leg) => [leg.symbol, leg]));
  const held = new Set(positions.map(({ symbol }) => symbol));
  const bare = targets?.filter(({ symbol }) => !held.has(symbol)) ?? [];
  const fields = fieldsOf(currency, targets === undefined ? undefined : stated);
  return (
    <Listing
      label={targets === undefined ? "Positions" : "Legs"}
      fields={fields}
      items={[...positions, ...bare.map(({ symbol }) => nothingOf(symbol, currency))]}
      keyOf={({ symbol, strategy }) => `${symbol} ${strategy}`}
    />
  );
}

const nothingOf = (symbol: string, currency: string): Held => ({
  ...{
    symbol,
    currency,
    strategy: "",
    qty: "0",
    avgPrice: null,
    marketPrice: null,
    priceAgeMs: null,
    notional: null,
  },
  ...{ unrealised: null, realised: "0", fees: "0", funding: "0" },
});

const targetFields = (legs: ReadonlyMap<string, Leg>): readonly Field<Held>[] => [
  { name: "Target", number: true, cell: ({ symbol }) => grouped(legs.get(symbol)?.targetQty) },
  {
    name: "To go",
    number: true,
    cell: ({ symbol }) => signed(legs.get(symbol)?.difference),
  },
];

const Unit = ({ value, own, currency }: UnitProps) => {
  const unit = unitOf(value, own, currency);
  return unit === "" ? null : <small class="muted"> {unit}</small>;
};
type UnitProps = {
  readonly value: string | null | undefined;
  readonly own: string | null | undefined;
  readonly currency: string;
};

type Amount = "notional" | "unrealised" | "realised" | "fees" | "funding";
const DIRECTED: ReadonlySet<Amount> = new Set(["unrealised", "realised", "funding"]);

/** In the money of the leg. */
const money = (name: string, part: Amount, currency: string): Field<Held> => ({
  name,
  number: true,
  cell: ({ [part]: value, currency: own }) => (
    <>
      {DIRECTED.has(part) ? <Signed value={value ?? null} /> : grouped(value)}
      <Unit value={value} own={own} currency={currency} />
    </>
  ),
});

const fieldsOf = (currency: string, legs: ReadonlyMap<string, Leg> | undefined): readonly Field<Held>[] => [
  {
    name: "Symbol",
    cell: ({ symbol, strategy }) => (
      <>
        <a href={fragmentOf("symbols", symbol)}>{symbol}</a>
        {strategy === null || legs !== undefined ? null : <span class="muted below">{strategy}</span>}
      </>
    ),
  },
  { name: legs === undefined ? "Qty" : "Actual", number: true, cell: ({ qty }) => grouped(qty) },
  ...(legs === undefined ? [] : targetFields(legs)),
  { name: "Average", number: true, cell: ({ avgPrice }) => grouped(avgPrice) },
  { name: "Mark", number: true, cell: ({ marketPrice }) => grouped(marketPrice) },
  money("Notional", "notional", currency),
  money("Unrealised", "unrealised", currency),
  money("Realised", "realised", currency),
  money("Fees", "fees", currency),
  money("Funding", "funding", currency),
  {
    name: "Price age",
    number: true,
    cell: ({ priceAgeMs }) => (
      <span class={(priceAgeMs ?? 0) > STALE_MS ? "stale" : ""}>
        {priceAgeMs === null ? NOTHING : age(priceAgeMs)}
      </span>
    ),
  },
];
