import fc from "fast-check";
import { expect, test } from "vitest";
import { absolute, MONEY_SCALE, money, moneyText, parseMoney, ZERO } from "../../src/domain/money.ts";

test("money has twelve decimals, and what is finer is refused", () => {
  expect(MONEY_SCALE).toBe(12);
  expect(parseMoney("0.000000000001")).toEqual({ ok: true, value: 1n });
  expect(parseMoney("0.0000000000001")).toEqual({ ok: false, code: "scale-exceeded" });
  expect(parseMoney("1e3")).toEqual({ ok: false, code: "number-format" });
});

test("nothing is added, nothing is lost between text and amount", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 31n), max: 10n ** 31n }), (amount) => {
      expect(parseMoney(moneyText(amount))).toEqual({ ok: true, value: amount });
    }),
  );
});

test("a debt has no other size than a claim, and zero no sign", () => {
  fc.assert(
    fc.property(fc.bigInt(), (amount) => {
      expect(absolute(amount)).toBe(absolute(-amount));
    }),
  );
  expect([absolute(-5n), absolute(5n), absolute(0n), ZERO]).toEqual([5n, 5n, 0n, 0n]);
  expect(moneyText(money(0n))).toBe("0");
});
