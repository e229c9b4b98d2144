import { describe, expect, test } from "vitest";
import {
  decodePriceBatch,
  encodePriceBatch,
  encodePriceUpdate,
  type PriceBatch,
  readPriceBatch,
} from "../../../actors/price-hub/messages.ts";
import { answer } from "../../../actors/runtime/reply.ts";
import type { Instrument } from "../../../src/domain/instrument.ts";
import { money } from "../../../src/domain/money.ts";
import type { EpochMs } from "../../../src/domain/time.ts";
import { liquidityOf } from "../../support/liquidity.ts";
import { BTC, ETH, instrument, markAt, update } from "./bench.ts";

const textOf = ({ hub, updates }: PriceBatch): string =>
  encodePriceBatch(hub, updates.map(encodePriceUpdate));

describe("a batch as text", () => {
  test("what is read is what was written, bigints and all", () => {
    const reference: Instrument = { ...instrument(BTC), minNotional: money(5_000_000_000_000n) };
    const quoted = markAt(3, { bid: -1, ask: 2, quoteTs: 7 as EpochMs });
    const batch: PriceBatch = {
      hub: "hub-0",
      updates: [
        update(BTC, 1, 3, { instrument: reference, mark: quoted }),
        update(ETH, 5, 5, { sampled: true, leftOut: [3, 90, 110], liquidity: liquidityOf(2) }),
        update(ETH, 1, 0, { previousClose: { version: 1, price: 7, from: 1, until: 2, rescaled: true } }),
        update(ETH, 1, 0, { returns: [["1D", 20_000, -5, 19_997]] }),
      ],
    };
    expect(decodePriceBatch(textOf(batch))).toEqual(batch);
    expect(decodePriceBatch(textOf({ hub: "hub-7", updates: [] }))).toEqual({ hub: "hub-7", updates: [] });
  });

  const good = update(BTC, 1, 1);
  const withUpdate = (over: object): string =>
    JSON.stringify({ hub: "hub-0", updates: [good, { ...good, ...over }] });

  test.each([
    ["nothing", ""],
    ["a batch that was cut off", textOf({ hub: "hub-0", updates: [good] }).slice(0, -1)],
    ["null", "null"],
    ["a number", "1"],
    ["a list", "[]"],
    ["no hub", JSON.stringify({ updates: [good] })],
    ["no updates", JSON.stringify({ hub: "hub-0" })],
    ["updates that are no list", JSON.stringify({ hub: "hub-0", updates: { length: 1 } })],
    ["an update that is null", JSON.stringify({ hub: "hub-0", updates: [null] })],
    ["a symbol that is none", withUpdate({ symbol: "btc" })],
    ["a symbol in a list", withUpdate({ symbol: [BTC] })],
    ["no mark", withUpdate({ mark: null })],
    ["a mark without a count", withUpdate({ mark: { last: 1 } })],
    ["a price that is no integer", withUpdate({ mark: markAt(1, { last: 0.5 }) })],
    ["a price that is text", withUpdate({ mark: { ...markAt(1), bid: "1" } })],
    ["a time that is null", withUpdate({ mark: { ...markAt(1), quoteTs: null } })],
    ["changes that are no list", withUpdate({ changes: {} })],
    ["a change too short", withUpdate({ changes: [[1, 2]] })],
    ["a change of text", withUpdate({ changes: [[1, 2, "3"]] })],
    ["a change that is no list", withUpdate({ changes: ["123"] })],
    ["sampled that is no yes or no", withUpdate({ sampled: 0 })],
    ["what was left out as text", withUpdate({ leftOut: [1, "2", 3] })],
    ["liquidity that is null", withUpdate({ liquidity: null })],
    ["liquidity without a version", withUpdate({ liquidity: { ts: 1 } })],
    ["liquidity without a time", withUpdate({ liquidity: { version: 1 } })],
    ["returns that are no list", withUpdate({ returns: {} })],
    ["a return of a width that none is told of", withUpdate({ returns: [["3", 1, 2, 0]] })],
    ["a return of a fraction", withUpdate({ returns: [["1D", 1, 0.5, 0]] })],
    ["a previous close that is null", withUpdate({ previousClose: null })],
    [
      "a previous close of text",
      withUpdate({ previousClose: { version: 1, price: "7", from: 1, until: 2 } }),
    ],
    ["an instrument that is an object", withUpdate({ instrument: {} })],
    ["an instrument that is null", withUpdate({ instrument: null })],
    ["an instrument whose text is none", withUpdate({ instrument: "{" })],
    ["an instrument without a tick", withUpdate({ instrument: JSON.stringify({ symbol: BTC, version: 1 }) })],
    [
      "an instrument whose unit is no integer",
      withUpdate({
        instrument: JSON.stringify({ ...instrument(BTC), notionalUnit: "x" }),
      }),
    ],
  ])("is refused where it is %s, and nothing is taken", async (_name, text) => {
    const taken: PriceBatch[] = [];
    const reply = await readPriceBatch(text, async (batch) => {
      taken.push(batch);
      return answer(null);
    });
    expect([reply, taken]).toEqual([
      { ok: false, code: "json-invalid", detail: "this is no batch of prices" },
      [],
    ]);
  });

  test("is refused where it is no batch at all", async () => {
    const batch = 7 as unknown as string;
    expect(await readPriceBatch(batch, async () => answer(null))).toMatchObject({ ok: false });
  });
});

describe("a batch of objects, as hubs of the version before send it", () => {
  const reference: Instrument = { ...instrument(BTC), minNotional: money(5_000_000_000_000n) };
  const batch: PriceBatch = {
    hub: "hub-0",
    updates: [update(BTC, 1, 3, { instrument: reference }), update(ETH, 5, 5, { sampled: true })],
  };

  test("is what its text is", () => {
    const copied = structuredClone(batch);
    expect(decodePriceBatch(copied)).toEqual(decodePriceBatch(textOf(batch)));
  });

  test.each([
    ["nothing", null],
    ["no updates", { hub: "hub-0" }],
    ["a mark without a count", { hub: "hub-0", updates: [{ ...update(BTC, 1, 1), mark: { last: 1 } }] }],
    ["an instrument that is null", { hub: "hub-0", updates: [{ ...update(BTC, 1, 1), instrument: null }] }],
  ])("is refused where it is %s", (_name, sent) => {
    expect(decodePriceBatch(sent as unknown as PriceBatch)).toBeUndefined();
  });
});
