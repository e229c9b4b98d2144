/** A split account of real objects: a part whose disk from before comes back is fenced, and grows again once a person has admitted it. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import { splitObject } from "../../src/contracts/splits.ts";
import { partAccount, slotOf } from "../../src/domain/parts-map.ts";
import type { Env } from "../../src/env.ts";
import { call, type Json } from "./socket-client.ts";

const { RISK_SHARD } = env as unknown as Env;
const ACCOUNT = "fenced-part";
const PATH = `/v1/accounts/${ACCOUNT}`;
const ADMIT = `${PATH}/split/parts/1/admit`;
const SAID = { by: "root", reason: "the original is stopped" };
const part = () => RISK_SHARD.getByName(`default/${partAccount(ACCOUNT, 1)}`);

/** By part of two, a symbol that is in it. */
const SYMBOLS = [0, 1].map((place) => {
  const names = Array.from({ length: 64 }, (_, n) => `XSPLIT:P${n}`);
  return names.find((name) => slotOf(name) % 2 === place) ?? "";
});

type Row = Record<string, SqlStorageValue>;
type Disk = ReadonlyMap<string, readonly Row[]>;

const tablesOf = (sql: SqlStorage): string[] =>
  sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'")
    .toArray()
    .flatMap(({ name }) => (/^(_cf|sqlite)_/.test(name) ? [] : [name]));

const copied = (): Promise<Disk> =>
  runInDurableObject(part(), (_instance: DurableObject, { storage: { sql } }) => {
    return new Map(tablesOf(sql).map((name) => [name, sql.exec<Row>(`SELECT * FROM "${name}"`).toArray()]));
  });

async function restored(disk: Disk): Promise<void> {
  await runInDurableObject(part(), async (_instance: DurableObject, { storage }) => {
    const { sql } = storage;
    for (const name of tablesOf(sql)) {
      sql.exec(`DELETE FROM "${name}"`);
      for (const row of disk.get(name) ?? []) {
        const marks = Object.keys(row).map(() => "?");
        sql.exec(`INSERT INTO "${name}" (${Object.keys(row)}) VALUES (${marks})`, ...Object.values(row));
      }
    }
    await storage.sync();
  });
  await abortAllDurableObjects();
}

const splitNow = async () => {
  const { status, body } = await call("GET", `${PATH}/split`);
  expect(status).toBe(200);
  return splitObject.parse(body);
};

let ordered = 0;
/** The decision on an order that grows, in the symbol of that part. */
async function grows(place: number): Promise<string> {
  const order = { side: "buy", type: "limit", qty: "1", price: "100", symbol: SYMBOLS[place] };
  const { body } = await call("POST", `${PATH}/orders`, { clientOrderId: `o${++ordered}`, ...order });
  const [{ decision, code } = {}] = body["decisions"] as { decision?: string; code?: string }[];
  return `${decision} ${code ?? ""}`.trim();
}

async function price(): Promise<void> {
  const ticks = SYMBOLS.map((symbol, n) => ({
    ...{ type: "trade", symbol, ts: Date.now(), price: "100", size: "1", id: `t${ordered}-${n}` },
  }));
  expect((await call("POST", "/v1/ticks", { source: "test", ticks })).status).toBe(200);
}

async function open(): Promise<void> {
  const terms = { type: "equity", exchange: "XSPLIT", currency: "USD", tickSize: "0.01", lotSize: "1" };
  const hours = { multiplier: "1", timezone: "UTC", session: "24x7", status: "active", description: "one" };
  for (const symbol of SYMBOLS)
    expect((await call("PUT", `/v1/instruments/${symbol}`, { ...terms, ...hours })).status).toBe(200);
  await price();
  await call("PUT", PATH, { currency: "USD", equity: "1000000" });
  const gross = { id: "gross", kind: "max-gross-exposure", threshold: "10000", action: "reject" };
  expect((await call("PUT", `${PATH}/limits`, { limits: [gross] })).status).toBe(200);
}

test("a part of which an old copy comes back is fenced and shown, and grows again once it is admitted", async () => {
  await open();
  const refused = await call("POST", ADMIT, SAID);
  expect(refused).toMatchObject({ status: 404, body: { code: "split-unknown" } });
  expect(await splitNow()).toMatchObject({ shards: 1, phase: "none", fencedParts: [] });
  expect((await call("POST", `${PATH}/split`, { shards: 2 })).status).toBe(202);
  await expect.poll(async () => (await splitNow()).phase, { timeout: 20_000 }).toBe("done");
  expect([await grows(0), await grows(1)]).toEqual(["accept", "accept"]);

  const before = await copied();
  for (let load = 0; load < 2; load++) {
    await abortAllDurableObjects();
    await expect.poll(() => grows(1), { timeout: 10_000 }).toBe("accept");
  }
  await restored(before);
  await expect
    .poll(async () => [await grows(1), (await splitNow()).fencedParts], { timeout: 10_000 })
    .toEqual(["reject parent-away", [1]]);
  expect(await grows(0)).toBe("accept");

  const admit = (who: Json, path = ADMIT) => call("POST", path, { ...SAID, ...who });
  expect(await admit({ by: "somebody" })).toMatchObject({
    status: 422,
    body: { code: "principal-mismatch" },
  });
  expect(await admit({}, ADMIT.replace("/1/", "/5/"))).toMatchObject({
    status: 404,
    body: { code: "child-unknown" },
  });
  expect((await splitNow()).fencedParts).toEqual([1]);
  for (let time = 0; time < 2; time++)
    expect(await call("POST", ADMIT, SAID)).toMatchObject({
      status: 200,
      body: { part: 1, isFenced: false },
    });
  await price();
  await expect.poll(() => grows(1), { timeout: 20_000 }).toBe("accept");
  expect((await splitNow()).fencedParts).toEqual([]);
});
