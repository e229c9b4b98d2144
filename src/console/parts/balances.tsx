/** What an account is worth: its equity and what it is made of, and the same by currency with the rates between them. */
import { age, grouped } from "../figures.ts";
import { fragmentOf } from "../location.ts";
import type { Balances, CurrencyFigures } from "../shapes.ts";
import { Money, Signed } from "./figures.tsx";
import { type Field, Listing, Tile } from "./panel.tsx";

/** Their names, and why they may not be what one thinks. */
const PARTS = [
  ["startingEquity", "Starting equity"],
  ["cash", "Cash in and out"],
  ["realised", "Realised"],
  ["unrealised", "Unrealised"],
  ["fees", "Fees", "Below zero: rebates"],
  ["funding", "Funding", "Funding payments, dividends and cash in lieu; received is above zero"],
  ["total", "Total P&L", "realised + unrealised − fees + funding"],
  ["buyingPower", "Buying power", "Equity less the initial margin"],
  ["marginInitial", "Initial margin", "Working orders included"],
  ["marginMaintenance", "Maintenance margin"],
] as const;
const DIRECTED: ReadonlySet<string> = new Set(["cash", "realised", "unrealised", "funding", "total"]);

export const BalanceTiles = ({ balances }: { balances: Balances }) => (
  <dl class="tiles money">
    {PARTS.map(([part, name, title = ""]) => (
      <Tile key={part} name={name} title={title}>
        <Money value={balances[part]} directed={DIRECTED.has(part)} />
      </Tile>
    ))}
  </dl>
);

type Sum = "cash" | "realised" | "unrealised" | "funding" | "total";
const money = (name: string, part: Sum): Field<CurrencyFigures> => ({
  name,
  number: true,
  cell: (figures) => <Signed value={figures[part] ?? null} />,
});
const CASH = [money("Cash", "cash")];
const FIELDS: readonly Field<CurrencyFigures>[] = [
  money("Realised", "realised"),
  money("Unrealised", "unrealised"),
  { name: "Fees", number: true, cell: ({ fees }) => grouped(fees) },
  money("Funding", "funding"),
  money("Total", "total"),
  { name: "Rate", number: true, cell: (figures) => <Rate figures={figures} /> },
];

/** Each in its own money; the rate leads to the account's. A strategy has no cash. */
export const CurrencyTable = ({ currencies }: { currencies: readonly CurrencyFigures[] }) => (
  <Listing
    label="By currency"
    fields={[
      { name: "Currency", cell: ({ currency }) => <strong>{currency}</strong> },
      ...(currencies.some(({ cash }) => cash !== undefined) ? CASH : []),
      ...FIELDS,
    ]}
    items={currencies}
    keyOf={({ currency }) => currency}
  />
);

/** The API's own bound for a rate that new risk may stand on. */
const STALE_MS = 60_000;

function Rate({ figures: { fxRate, fxSymbol, fxAgeMs } }: { figures: CurrencyFigures }) {
  const rate = fxRate === null ? "no rate" : grouped(fxRate);
  if (fxSymbol === undefined || fxSymbol === null) return rate;
  const stale = fxAgeMs === undefined || fxAgeMs === null || fxAgeMs > STALE_MS;
  return (
    <>
      {rate}
      <span class={`below ${stale ? "stale" : "muted"}`}>
        <a href={fragmentOf("symbols", fxSymbol)}>{fxSymbol}</a> {age(fxAgeMs)}
        {stale ? " stale" : ""}
      </span>
    </>
  );
}
