/** Shapes of the book of record: which fields go together. */
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { cashMovement } from "../../src/contracts/cash.ts";
import { executionReport } from "../../src/contracts/executions.ts";

const TS = 1_700_000_000_000;
const codes = ({ error }: ReturnType<z.ZodType["safeParse"]>) =>
  (error?.issues ?? []).map((issue) => ("params" in issue ? issue.params?.["code"] : issue.code));

describe("an execution", () => {
  const bust = { type: "bust", execId: "b", clientOrderId: "a", refExecId: "x", ts: TS };
  test.each([
    ["a bust names its fill", bust, []],
    ["a correction says what is another", { ...bust, type: "correct", price: "1" }, []],
    ["a bust without a fill", { ...bust, refExecId: undefined }, ["field-combination"]],
    ["a bust with a price", { ...bust, price: "1" }, ["field-combination"]],
    ["a correction of nothing", { ...bust, type: "correct" }, ["field-combination"]],
    ["a cancel that names a fill", { ...bust, type: "cancel" }, ["field-combination"]],
    ["a fill that names another", { ...bust, type: "fill", qty: "1", price: "1" }, ["field-combination"]],
    [
      "a cancel with a currency of a fee",
      { ...bust, type: "cancel", refExecId: undefined, feeCurrency: "USD" },
      ["field-combination"],
    ],
  ])("%s", (_title, report, expected) => {
    expect(codes(executionReport.safeParse(report))).toEqual(expected);
  });
});

describe("a movement of cash", () => {
  const deposit = { id: "d", type: "deposit", currency: "USD", amount: "1", ts: TS };
  test.each([
    ["a deposit", deposit, []],
    ["funding of a symbol of a strategy", { ...deposit, type: "funding", symbol: "X:Y", strategy: "s" }, []],
    ["a fee is paid or given back", { ...deposit, type: "fee", amount: "-0.5" }, []],
    ["nothing moved", { ...deposit, amount: "0.00" }, ["not-zero"]],
    ["a deposit below zero", { ...deposit, amount: "-1" }, ["range"]],
    ["a withdrawal above zero", { ...deposit, type: "withdrawal" }, ["range"]],
    ["a deposit of a symbol", { ...deposit, symbol: "X:Y" }, ["field-combination"]],
    [
      "cash of a strategy without its symbol",
      { ...deposit, type: "fee", strategy: "s" },
      ["field-combination"],
    ],
  ])("%s", (_title, movement, expected) => {
    expect(codes(cashMovement.safeParse(movement))).toEqual(expected);
  });
});
