/** What can be wrong with the words of an instrument, and with how its fields go together. Numbers are judged where they are read. */

import { isSession } from "../../src/quant/session-grammar.ts";
import type { InstrumentLine } from "./messages.ts";
import type { Timezones } from "./timezone.ts";

export type Fault = { readonly path: string; readonly code: string; readonly detail: string };

/** Codes of currencies, and of coins that others are quoted in. */
const CURRENCY = /^[A-Z][A-Z0-9]{1,11}$/;
const OPTION_FIELDS = ["underlying", "expiry", "strike", "right"] as const;

export function wordFaults(line: InstrumentLine, timezones: Timezones): readonly Fault[] {
  const faults: Fault[] = [];
  if (!CURRENCY.test(line.currency))
    faults.push({
      path: "currency",
      code: "currency-unsupported",
      detail: "a currency is a code of capital letters",
    });
  if (!timezones.has(line.timezone))
    faults.push({ path: "timezone", code: "timezone-unknown", detail: "a time zone is an IANA name" });
  if (!isSession(line.session))
    faults.push({
      path: "session",
      code: "session-format",
      detail: "a session is 24x7 or windows like 0930-1600",
    });
  return [...faults, ...contractFaults(line), ...derivativeFaults(line)];
}

/** A share is owned and an option is worth something else: neither is a claim on a coin. */
const contractFaults = ({ contract, type }: InstrumentLine): readonly Fault[] =>
  contract === "inverse" && (type === "option" || type === "equity")
    ? [{ path: "contract", code: "contract-unsupported", detail: `an inverse ${type} is not supported` }]
    : [];

/** An option has all of its fields, a future may be perpetual, and nothing else has any of them. */
function derivativeFaults(line: InstrumentLine): readonly Fault[] {
  const isOption = line.type === "option";
  const allowed: readonly string[] = isOption
    ? OPTION_FIELDS
    : line.type === "future"
      ? ["underlying", "expiry"]
      : [];
  return OPTION_FIELDS.flatMap((path) => {
    const given = line[path] !== undefined;
    if (isOption && !given) return [{ path, code: "field-combination", detail: `an option has its ${path}` }];
    if (given && !allowed.includes(path))
      return [{ path, code: "field-combination", detail: `${line.type} and ${path} do not go together` }];
    return line.underlying === line.symbol && path === "underlying"
      ? [{ path, code: "field-combination", detail: "an instrument is not its own underlying" }]
      : [];
  });
}
