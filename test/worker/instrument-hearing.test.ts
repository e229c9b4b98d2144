/** A directory and a symbol as real objects: an acknowledged put is what the symbol goes by, in the very next call. */
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { INSTRUMENT_DIRECTORY as DIRECTORY_NAME } from "../../actors/instrument-directory/address.ts";
import type { InstrumentDirectoryApi } from "../../actors/instrument-directory/messages.ts";
import type { SymbolApi } from "../../actors/symbol/messages.ts";
import type { Env } from "../../src/env.ts";
import { APPLE } from "../support/instruments.ts";
import { envelopeNow } from "./envelope-now.ts";

const { INSTRUMENT_DIRECTORY, SYMBOL } = env as unknown as Env;
// SAFETY: as in wiring.ts.
const directory = () => INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME) as unknown as InstrumentDirectoryApi;
const symbol = (name: string) => SYMBOL.getByName(name) as unknown as SymbolApi;

const put = async (changes: Readonly<Record<string, unknown>>) =>
  expect(await directory().put(envelopeNow(), JSON.stringify([{ ...APPLE, ...changes }]))).toMatchObject({
    ok: true,
  });
const statusAt = async (name: string) => {
  const reply = await symbol(name).snapshot(envelopeNow());
  return reply.ok ? [reply.value.instrument.status, reply.value.instrument.version] : reply.code;
};

test("a symbol goes by an acknowledged put in the very next call, whichever of the two was evicted in between", async () => {
  await put({});
  expect(await statusAt(APPLE.symbol)).toEqual(["active", 1]);
  await put({ status: "halted" });
  expect(await statusAt(APPLE.symbol)).toEqual(["halted", 2]);
  await evictDurableObject(INSTRUMENT_DIRECTORY.getByName(DIRECTORY_NAME));
  await put({ status: "active" });
  expect(await statusAt(APPLE.symbol)).toEqual(["active", 3]);
  await evictDurableObject(SYMBOL.getByName(APPLE.symbol));
  expect(await statusAt(APPLE.symbol)).toEqual(["active", 3]);
  await put({ status: "delisted" });
  expect(await statusAt(APPLE.symbol)).toEqual(["delisted", 4]);
});

test("a symbol that was never asked for goes by the newest put when it is", async () => {
  await put({ symbol: "XNAS:LATE" });
  await put({ symbol: "XNAS:LATE", status: "halted" });
  expect(await statusAt("XNAS:LATE")).toEqual(["halted", 2]);
});
