/**
 * The public shape of an instrument to the one that actors hold, or everything that is wrong with it.
 * Its scales are those that it was made with; a new one gets what it asks for, or the defaults of the public contract.
 */
import { decimalsOf, scaledBigint } from "../../src/domain/decimal.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Instrument } from "../../src/domain/instrument.ts";
import { encodeInstrument } from "../../src/domain/instrument-codec.ts";
import { MONEY_SCALE } from "../../src/domain/money.ts";
import { Amounts } from "./amounts.ts";
import { type Fault, wordFaults } from "./instrument-faults.ts";
import type { InstrumentLine } from "./messages.ts";
import type { Timezones } from "./timezone.ts";

export type Built =
  | { readonly ok: true; readonly instrument: Instrument }
  | {
      readonly ok: false;
      readonly code: "instrument-invalid" | FixedCode;
      readonly faults: readonly Fault[];
    };

export type FixedCode =
  | "scale-fixed"
  | "currency-fixed"
  | "multiplier-fixed"
  | "contract-fixed"
  | "timezone-fixed";
type FixedFault = Fault & { readonly code: FixedCode };

/** Decimals that any text of ours has at the most. */
const DECIMAL_SCALE_MAX = 18;
/** Prints of most venues have up to four decimals, whatever the tick is. */
const PRICE_SCALE_DEFAULT_MIN = 4;
const SCALES = ["priceScale", "sizeScale"] as const;
const UNIT_OF = { priceScale: "tickSize", sizeScale: "lotSize" } as const;

/** `present` is what the directory holds under this symbol. It comes back itself where nothing changes, else the version after it. */
export function instrumentFrom(
  line: InstrumentLine,
  present: Instrument | undefined,
  timezones: Timezones,
): Built {
  const moved = present === undefined ? [] : movedTerms(line, present);
  const [first] = moved;
  if (first !== undefined) return { ok: false, code: first.code, faults: moved };
  const scales = {
    priceScale:
      line.priceScale ?? present?.priceScale ?? Math.max(PRICE_SCALE_DEFAULT_MIN, decimalsOf(line.tickSize)),
    sizeScale: line.sizeScale ?? present?.sizeScale ?? decimalsOf(line.lotSize),
  };
  const outside = SCALES.filter((path) => scales[path] < 0 || scales[path] > MONEY_SCALE);
  if (outside.length > 0) return { ok: false, code: "instrument-invalid", faults: outside.map(outsideFault) };

  const amounts = new Amounts();
  const version = (present?.version ?? 0) + 1;
  const instrument = { ...wordsOf(line), ...scales, ...amountsOf(line, scales, amounts), version };
  const faults = [...wordFaults(line, timezones), ...amounts.faults];
  if (faults.length > 0) return { ok: false, code: "instrument-invalid", faults };
  return {
    ok: true,
    instrument: present !== undefined && isSame(present, instrument) ? present : instrument,
  };
}

const isSame = (present: Instrument, next: Instrument): boolean =>
  encodeInstrument({ ...next, version: present.version }) === encodeInstrument(present);

/** What bars, positions and reservations were counted with: another value would change what they mean, for everybody who holds some. */
function movedTerms(line: InstrumentLine, present: Instrument): readonly FixedFault[] {
  const moved = movedScales(line, present);
  const madeWith = (value: string): string => `the instrument was made with ${value}`;
  if (line.currency !== present.currency)
    moved.push({ path: "currency", code: "currency-fixed", detail: madeWith(present.currency) });
  if (exact(line.multiplier) !== exact(present.multiplier))
    moved.push({ path: "multiplier", code: "multiplier-fixed", detail: madeWith(present.multiplier) });
  if ((line.contract ?? "linear") !== (present.contract ?? "linear"))
    moved.push({ path: "contract", code: "contract-fixed", detail: madeWith(present.contract ?? "linear") });
  if (line.timezone !== present.timezone)
    moved.push({ path: "timezone", code: "timezone-fixed", detail: madeWith(present.timezone) });
  return moved;
}

function movedScales(line: InstrumentLine, present: Instrument): FixedFault[] {
  return SCALES.flatMap((path): FixedFault[] => {
    const given = line[path];
    const unit = UNIT_OF[path];
    const fixed = `the instrument was made with ${present[path]} decimals`;
    if (given !== undefined && given !== present[path]) return [{ path, code: "scale-fixed", detail: fixed }];
    return decimalsOf(line[unit]) > present[path] ? [{ path: unit, code: "scale-fixed", detail: fixed }] : [];
  });
}

/** `1` and `1.0` are the same multiplier. */
const exact = (text: string): bigint | undefined => {
  const scaled = scaledBigint(text, DECIMAL_SCALE_MAX);
  return scaled.ok ? scaled.value : undefined;
};

const outsideFault = (path: string): Fault => ({
  path,
  code: "range",
  detail: `is not between 0 and ${MONEY_SCALE}`,
});

type Scales = { readonly priceScale: number; readonly sizeScale: number };

function amountsOf(line: InstrumentLine, { priceScale, sizeScale }: Scales, amounts: Amounts) {
  const { minQty, maxQty, minNotional, strike, marginInitial, marginMaintenance } = line;
  const needed = {
    tickSize: amounts.integer("tickSize", line.tickSize, priceScale),
    lotSize: amounts.integer("lotSize", line.lotSize, sizeScale),
    multiplier: amounts.text("multiplier", line.multiplier, "positive"),
    notionalUnit: amounts.notionalUnit(line.multiplier, { priceScale, sizeScale }, line.contract),
  };
  const optional = given({
    minQty: read(minQty, (text) => amounts.integer("minQty", text, sizeScale)),
    maxQty: read(maxQty, (text) => amounts.integer("maxQty", text, sizeScale)),
    minNotional: read(minNotional, (text) => amounts.money("minNotional", text)),
    strike: read(strike, (text) => amounts.text("strike", text, "positive")),
    marginInitial: read(marginInitial, (text) => amounts.text("marginInitial", text, "not-negative")),
    marginMaintenance: read(marginMaintenance, (text) =>
      amounts.text("marginMaintenance", text, "not-negative"),
    ),
  });
  const { minQty: smallest, maxQty: largest } = optional;
  if (smallest !== undefined && largest !== undefined && smallest > largest) {
    amounts.fault("maxQty", "field-combination", "is below minQty");
  }
  return { ...needed, ...optional };
}

function wordsOf(line: InstrumentLine) {
  const { description, type, exchange, currency, timezone, session, status } = line;
  const { sector, country, issuer, factors, aliases, calendar, underlying, expiry, right } = line;
  const { quoteBars } = line;
  return {
    symbol: line.symbol as Symbol, // SAFETY: the shape has matched SYMBOL_PATTERN.
    ...{ description, type, exchange, currency, timezone, session, status },
    ...given({
      sector,
      country,
      issuer,
      factors: read(factors, loadings),
      aliases: read(aliases, byBroker),
      calendar,
      quoteBars,
      // Said or not, linear is the same.
      contract: line.contract === "inverse" ? line.contract : undefined,
      underlying,
      expiry,
      right,
    }),
  };
}

/** In order of name, so that the same loadings in another order are no change. Loadings are analytics: floats. */
function loadings(factors: Readonly<Record<string, string>>): Record<string, number> {
  const sorted = Object.entries(factors).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, loading]) => [name, Number(loading)]));
}

/** In order of broker, so that the same aliases in another order are no change; none at all are left out. */
function byBroker(aliases: Readonly<Record<string, string>>): Record<string, string> | undefined {
  const sorted = Object.entries(aliases).sort(([one], [other]) => (one < other ? -1 : 1));
  return sorted.length === 0 ? undefined : Object.fromEntries(sorted);
}

const read = <From, To>(value: From | undefined, reading: (value: From) => To): To | undefined =>
  value === undefined ? undefined : reading(value);

// SAFETY: exactly the fields that are not undefined are kept, under their own names.
const given = <Fields extends Record<string, unknown>>(fields: Fields) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>;
  };
