/** Instruments for tests: one that is valid, changed where a test cares. */
import { instrumentFrom } from "../../actors/instrument-directory/instrument-from.ts";
import { Timezones } from "../../actors/instrument-directory/timezone.ts";
import { type InstrumentLine, instrumentLine } from "../../src/contracts/instruments.ts";
import type { Instrument } from "../../src/domain/instrument.ts";

export const APPLE = {
  symbol: "XNAS:AAPL",
  description: "Apple Inc.",
  type: "equity",
  exchange: "XNAS",
  currency: "USD",
  tickSize: "0.01",
  lotSize: "1",
  multiplier: "1",
  timezone: "America/New_York",
  session: "0930-1600",
  status: "active",
} as const;

/** As the public shape parses it. */
export const lineOf = (changes: Readonly<Record<string, unknown>> = {}): InstrumentLine =>
  instrumentLine.parse({ ...APPLE, ...changes });

export function instrumentOf(changes: Readonly<Record<string, unknown>> = {}): Instrument {
  const built = instrumentFrom(lineOf(changes), undefined, new Timezones());
  if (!built.ok) throw new Error(JSON.stringify(built.faults));
  return built.instrument;
}
