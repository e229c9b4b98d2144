/** Facts of before there were other currencies than the account's: kept as they were written, and decided again to the byte. */
import { expect, test } from "vitest";
import { evaluate } from "../../../actors/risk-shard/evaluate.ts";
import { decodeInputs, type EncodedInputs, encodeInputs } from "../../../actors/risk-shard/inputs-codec.ts";
import { limitsFrom } from "../../../actors/risk-shard/limit-set.ts";
import type { LimitSet } from "../../../actors/risk-shard/state.ts";
import { decimalText } from "../../../src/domain/decimal.ts";

/** The list of checks that they were made with. */
const REGISTRY = 1;

const PUT = [
  { id: "l0", kind: "max-order-notional", threshold: "3000", warnAt: "2000", action: "reject" },
  {
    id: "l1",
    kind: "max-position-notional",
    threshold: "7000",
    scope: { kind: "strategy" },
    action: "reduce",
  },
  { id: "l2", kind: "max-gross-exposure", threshold: "1", unit: "equity-percent", action: "reduce" },
  { id: "l3", kind: "max-net-exposure", threshold: "9000", action: "reject" },
] as const;

const FACTS = [
  {
    subject: { symbol: "XNAS:AAPL", strategy: "alpha" },
    told: {
      decision: "accept",
      allowedQty: "25",
      code: null,
      verdicts: "ppppppppppppppppppppp",
      checks:
        '[["price-stale","symbol","XNAS:AAPL","p","60000","0","0"],["max-order-notional","account",null,"w","3000","0","2500"],["max-position-notional","strategy","alpha","p","7000","2000","2000"],["max-gross-exposure","account",null,"p","10000","2000","2000"],["max-net-exposure","account",null,"p","9000","2000","2000"]]',
    },
    inputs:
      '[1,1700000000000,[1,1,25,0,1000000,null,0,0],[1,1,0,[0,0,0,0],"1000000000000000000",0,0,[]],[100,1,0,"100000000",null,null,null,0,1],[1000000,1700000000000,null,null,null],["-20","0","0","0","0","0",0],["-20","0","0","0","0","0",0]]',
  },
  {
    subject: { symbol: "XNAS:MSFT", strategy: "" },
    told: {
      decision: "reject",
      allowedQty: "0",
      code: "max-order-notional",
      verdicts: "ppppppppppppppppppppp",
      checks:
        '[["price-stale","symbol","XNAS:MSFT","p","60000","0","0"],["max-order-notional","account",null,"f","3000","0","8999.1"],["max-gross-exposure","account",null,"f","10000","2000","11000.45"],["max-net-exposure","account",null,"f","9000","2000","11000.45"]]',
    },
    inputs:
      '[1,1700000000000,[-1,0,90,0,null,null,0,0],[1,0,0,[0,0,0,0],"1000000000000000000",0,0,[]],[100,1,0,"100000000",null,null,null,0,1],[null,null,999900,1000200,1700000000000],["0","0","0","2000000000000000","500000000000000","-2000000000000000",1],null]',
  },
  {
    subject: { symbol: "BINANCE:BTCUSDT", strategy: "" },
    told: {
      decision: "reject",
      allowedQty: "0",
      code: "price-missing",
      verdicts: "pppppppppppppppfssppp",
      checks:
        '[["max-order-notional","account",null,"p","3000","0","50"],["max-gross-exposure","account",null,"s",null,null,null],["max-net-exposure","account",null,"s",null,null,null]]',
    },
    inputs:
      '[1,1700000000000,[1,1,500,0,1000000,null,0,0],[1,0,0,[0,0,0,0],"1000000000000000000",0,0,[]],[100,1,3,"100000",null,null,null,0,1],[null,null,null,null,null],["0","0","0","2000000000000000","500000000000000","-2000000000000000",1],null]',
  },
] as const;

function limits(): LimitSet {
  const set = limitsFrom(PUT as never, "main");
  if ("refuse" in set) throw new Error(set.detail);
  return { version: 1, limits: set, text: "" };
}

test.each(FACTS)(
  "$subject.symbol: the decision and its reasons are the same",
  ({ subject, told, inputs }) => {
    const decoded = decodeInputs(JSON.parse(inputs) as EncodedInputs);
    expect(encodeInputs(decoded)).toBe(inputs);
    const outcome = evaluate(decoded, subject, limits(), REGISTRY);
    const { decision, code, verdicts, rows } = outcome;
    const allowedQty = decimalText(outcome.allowedQty, decoded.instrument?.sizeScale ?? 0);
    const made = { decision, allowedQty, code: code ?? null, verdicts, checks: JSON.stringify(rows) };
    expect(made).toEqual(told);
  },
);
