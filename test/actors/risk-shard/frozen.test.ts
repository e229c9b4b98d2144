/** What was stored once is read for ever: texts of version 1, as they were written. */
import { expect, test } from "vitest";
import { BUILT_IN_CHECKS, LIMIT_CHECKS } from "../../../actors/risk-shard/checks/registry.ts";
import { type DecisionRecord, shownDecision } from "../../../actors/risk-shard/decision-record.ts";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import { decodeInputs, encodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { parseRecord, recordText } from "../../../actors/risk-shard/kept-record.ts";
import { encodeOrder, parseAccount, parseOrder } from "../../../actors/risk-shard/rows.ts";

test("a decision that was remembered", () => {
  const text =
    '[1,9,1700000000000,"c1","XNAS:AAPL","alpha","buy","12","reduce","10","max-order-qty",3,"main-9",1,"pppppppppppppppppspppp",' +
    '[["price-stale","symbol","XNAS:AAPL","s",null,null,null],["max-order-qty","symbol","XNAS:AAPL","f","10","0","12"],' +
    '["max-gross-exposure","account",null,"w","1500","0","1200"]]]';
  expect(shownDecision(parseRecord(text), "telling")).toEqual({
    clientOrderId: "c1",
    decision: "reduce",
    allowedQty: "10",
    code: "max-order-qty",
    fixCode: 26,
    checks: [
      {
        code: "price-stale",
        kind: "price-stale",
        fixCode: 19,
        scope: { kind: "symbol", id: "XNAS:AAPL" },
        verdict: "skip",
        limit: null,
        observed: null,
        projected: null,
        headroom: null,
        utilisation: null,
      },
      {
        code: "max-order-qty",
        kind: "max-order-qty",
        fixCode: 26,
        riskLimitType: 10,
        scope: { kind: "symbol", id: "XNAS:AAPL" },
        verdict: "fail",
        limit: "10",
        observed: "0",
        projected: "12",
        headroom: "-2",
        utilisation: "1.2",
      },
      {
        code: "max-gross-exposure",
        kind: "max-gross-exposure",
        fixCode: 25,
        riskLimitType: 1,
        scope: { kind: "account" },
        verdict: "warn",
        limit: "1500",
        observed: "0",
        projected: "1200",
        headroom: "300",
        utilisation: "0.8",
      },
    ],
    warnings: ["max-gross-exposure"],
    limitsVersion: 3,
    seq: 9,
    orderId: "main-9",
  });
});

test("a decision as it was kept in version 2, and as it is now", () => {
  const record: DecisionRecord = [
    ...([1, 9, 1700000000000, "c1", "XNAS:AAPL", "", "sell", "12", "reduce", "10", "max-order-qty"] as const),
    ...([3, "main-9", 1, "ppppppppppppppppppppp"] as const),
    [
      ["price-stale", "symbol", "XNAS:AAPL", "p", "60000", "0", "0"],
      ["max-price-age", "sector", null, "s", null, null, null],
    ],
  ];
  const text = (version: number, rows: string) =>
    `[${version},9,1700000000000,"c1","XNAS:AAPL","",1,"12",1,"10","max-order-qty",3,"main-9",1,21,[${rows}]]`;
  expect(parseRecord(text(2, '280,"XNAS:AAPL","60000","0","0",479,0,0,0,0'))).toEqual(record);
  const kept = text(3, '1104,"XNAS:AAPL","60000","0","0",1883,0,0,0,0');
  expect(recordText(record)).toBe(kept);
  expect(parseRecord(kept)).toEqual(record);
});

test("a check that could not be measured is kept with its reason", () => {
  const record: DecisionRecord = [
    ...([1, 9, 1700000000000, "c1", "XNAS:AAPL", "", "sell", "12", "reject", "0", "max-order-qty"] as const),
    ...([3, null, 1, "ppppppppppppppppppppp"] as const),
    [
      ["max-spread", "symbol", "XNAS:AAPL", "f", "10", null, null, "quote-missing"],
      ["max-long-notional", "country", "US", "w", "5", null, null, "class-missing"],
      ["max-order-qty", "account", null, "f", "10", "0", "12"],
    ],
  ];
  expect(parseRecord(recordText(record))).toEqual(record);
});

test("a decision of an account that has a parent is kept with whose limit it was", () => {
  const record: DecisionRecord = [
    ...([1, 9, 1700000000000, "c1", "XNAS:AAPL", "", "sell", "12", "reject", "0", "parent-away"] as const),
    ...([3, null, 3, "ppppppfpppppppppppppppp"] as const),
    [
      ["max-gross-exposure", "account", null, "p", "10", "0", "1"],
      ["max-gross-exposure", "firm", "acme", "f", "9", null, null, "parent-away"],
      ["max-order-rate", "desk", "one", "p", "9", "0", "1"],
    ],
  ];
  const kept =
    '[4,9,1700000000000,"c1","XNAS:AAPL","",1,"12",2,"0","parent-away",3,null,3,"ppppppfpppppppppppppppp",' +
    '[2000,0,"10","0","1",2070,"acme","9",0,0,"parent-away",2312,"one","9","0","1"]]';
  expect(recordText(record)).toBe(kept);
  expect(parseRecord(kept)).toEqual(record);
});

test("what was held of the budgets above stands behind all other inputs", () => {
  const head =
    '[1,1700000000000,[1,1,12,0,1000000,null,0,0],[1,1,0,[0,0,0,0],"1",0,2,[]],null,null,' +
    '["10","5","0","1","1","-1",3],null,null,null,null';
  for (const [rest, quotas, tripped] of [
    [',null,["5000","0"]]', [5000n, 0n], undefined],
    [",[2],0]", "away", [2]],
    [",null,[]]", [], undefined],
  ] as const) {
    const inputs = decodeInputs(JSON.parse(head + rest));
    expect({ quotas: inputs.quotas, tripped: inputs.tripped }).toEqual({ quotas, tripped });
    expect(encodeInputs(inputs)).toBe(head + rest);
  }
});

test("a check that is in no list is kept by its name", () => {
  const text =
    '[1,9,5,"c1","XNAS:AAPL","","buy","1","accept","1",null,3,null,1,"p",[["later","account",null,"p","1","0","0"]]]';
  expect(recordText(parseRecord(text))).toBe(text);
});

test("each check has a place in the list", () => {
  for (const code of [
    ...BUILT_IN_CHECKS.map((check) => check.code),
    ...LIMIT_CHECKS.map(({ kind }) => kind),
  ]) {
    const record = parseRecord(
      `[1,9,5,"c1","XNAS:AAPL","","buy","1","accept","1",null,3,null,1,"p",[["${code}","account",null,"p","1","0","0"]]]`,
    );
    expect(recordText(record).startsWith("[3,")).toBe(true);
    expect(parseRecord(recordText(record))).toEqual(record);
  }
});

test("the inputs of a decision", () => {
  const text =
    '[1,1700000000000,[1,1,12,0,1000000,null,0,0],[1,1,0,[0,0,0,0],"1000000000000000000",0,2,[4]],' +
    '[100,1,0,"100000000",null,null,"5000000000000",0,1],[1000000,1700000000000,999900,1000100,1700000000000],' +
    '["10","5","0","1000000000000","1000000000000","-1",3],["10","0","0","0","0","0",1]]';
  const inputs = decodeInputs(JSON.parse(text));
  expect(encodeInputs(inputs)).toBe(text);
  const limit = {
    id: "l",
    kind: "max-order-rate",
    threshold: 4n,
    action: "reject",
    windowMs: 1,
    unit: "money",
  } as const;
  const set = { version: 1, limits: [{ ...limit, scope: { kind: "account" } as const }], text: "" };
  const subject = { symbol: "XNAS:AAPL", strategy: "alpha" };
  // A letter for each check of the registry that its fact was made with.
  expect(evaluate(inputs, subject, set, 1).verdicts).toBe("p".repeat(21));
  expect(evaluate(inputs, subject, set).verdicts).toBe("p".repeat(22));
  expect(evaluate(inputs, subject, set)).toMatchObject({
    decision: "reject",
    code: "max-order-rate",
    rows: [
      ["price-stale", "symbol", "XNAS:AAPL", "p", "60000", "0", "0"],
      ["max-order-rate", "account", null, "f", "4", "4", "5"],
    ],
  });
});

test("an order as it is written, and an order and an account as they were once", () => {
  const order =
    '[[4,"a","main-4","","XNAS:AAPL","buy","stop-limit",10],[1000000,1010000,"gtc",1000000],["3","working",1700000000000],["b","b",true]]';
  expect(parseOrder(order)).toEqual({
    ...{ seq: 4, clientOrderId: "a", orderId: "main-4", strategy: "", symbol: "XNAS:AAPL", side: "buy" },
    ...{ type: "stop-limit", qty: 10, price: 1_000_000, stopPrice: 1_010_000, timeInForce: "gtc" },
    ...{ valuedAt: 1_000_000, filled: 3n, status: "working", acceptedAt: 1_700_000_000_000 },
    ...{ replaces: "b", partner: "b", provenByFill: true },
  });
  expect(encodeOrder(parseOrder(order))).toBe(order);
  expect(
    parseOrder(
      '{"seq":4,"clientOrderId":"a","orderId":"main-4","strategy":"","symbol":"XNAS:AAPL","side":"buy","type":"limit","qty":10,' +
        '"price":1000000,"valuedAt":1000000,"filled":"3","status":"working","acceptedAt":1700000000000}',
    ),
  ).toMatchObject({ seq: 4, qty: 10, filled: 3n, status: "working" });
  expect(parseAccount('{"account":"main","currency":"USD","equity":"-5"}')).toEqual({
    account: "main",
    currency: "USD",
    equity: -5n,
  });
});
