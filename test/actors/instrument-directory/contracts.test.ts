/** Linear and inverse contracts: what may be which, and that it stays. */
import { expect, test } from "vitest";
import { decidePut } from "../../../actors/instrument-directory/decide.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { instrumentOf, lineOf } from "../../support/instruments.ts";

type Line = Readonly<Record<string, unknown>>;
const put = (line: Line, present?: Instrument) =>
  decidePut(
    { instruments: 0 },
    [lineOf(line)],
    new Map(present === undefined ? [] : [[present.symbol, present]]),
  );
const FUTURE = { type: "future", tickSize: "0.5", lotSize: "1", multiplier: "100" } as const;

test("an inverse contract has a unit to be divided by the price, and says so; linear is what one is without", () => {
  expect(put({ ...FUTURE, contract: "inverse" })).toMatchObject({
    stored: [{ contract: "inverse", priceScale: 4, notionalUnit: 100n * 10n ** 16n }],
  });
  const linear = put({ contract: "linear" });
  expect(linear.ok && linear.stored[0]).not.toHaveProperty("contract");
});

test.each([
  ["equity", {}],
  ["option", { underlying: "XNAS:MSFT", expiry: 1_797_600_000_000, strike: "1", right: "call" }],
])("an inverse %s is not supported", (type, more) => {
  expect(put({ type, contract: "inverse", ...more })).toMatchObject({
    code: "instrument-invalid",
    errors: [{ path: "contract", code: "contract-unsupported" }],
  });
});

test("an instrument stays what it was made", () => {
  const linear = instrumentOf(FUTURE);
  expect(put({ ...FUTURE, contract: "inverse" }, linear)).toMatchObject({
    code: "contract-fixed",
    errors: [{ path: "contract" }],
  });
  expect(put({ ...FUTURE, contract: "linear" }, linear)).toMatchObject({ ok: true, changed: [] });
  const inverse = instrumentOf({ ...FUTURE, contract: "inverse" });
  expect(put(FUTURE, inverse)).toMatchObject({ code: "contract-fixed" });
  expect(put({ ...FUTURE, contract: "inverse" }, inverse)).toMatchObject({ ok: true, changed: [] });
});
