import { describe, expect, test } from "vitest";
import type { ExecutionsPage } from "../../../actors/risk-shard/messages.ts";
import { AAPL, type Json, MSFT, RiskBench } from "./bench.ts";

async function page(bench: RiskBench, query: Json = {}): Promise<ExecutionsPage> {
  const reply = await bench.desk.read((reads) => reads.executions({ limit: 100, ...query }));
  if (!reply.ok) throw new Error(reply.code);
  return reply.value;
}
const idsOf = ({ items }: ExecutionsPage): unknown[] =>
  items.map((item) => (JSON.parse(item) as Json)["execId"]);

async function booked(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  for (const [execId, symbol] of Object.entries({ a: AAPL, b: MSFT, c: AAPL, d: MSFT, e: AAPL }))
    await bench.fill(`o-${execId}`, "1", "100", { execId, symbol, side: "buy" });
  return bench;
}

describe("reports as they were booked", () => {
  test("come newest first, in pages without a hole", async () => {
    const bench = await booked();
    const first = await page(bench, { limit: 3 });
    expect(idsOf(first)).toEqual(["e", "d", "c"]);
    const rest = await page(bench, { limit: 3, after: first.next! });
    expect([idsOf(rest), rest.next]).toEqual([["b", "a"], undefined]);
    expect(idsOf(await page(bench, { symbol: MSFT }))).toEqual(["d", "b"]);
    expect(idsOf(await page(bench, { type: "cancel" }))).toEqual([]);
  });

  test("are all that there are of an account that is younger than they are kept: nobody else need be asked", async () => {
    const bench = await booked();
    expect((await page(bench)).olderThan).toBe(1);
    bench.restart();
    expect((await page(bench)).olderThan).toBe(1);
    expect((await page(await new RiskBench().ready())).olderThan).toBe(1);
  });

  test("of an older account, and once some have left, end where others are in Postgres only", async () => {
    const bench = await booked();
    const oldest = (JSON.parse((await page(bench)).items.at(-1)!) as { seq: number }).seq;
    bench.sql.exec("DELETE FROM execution WHERE first_seq <= ?1", oldest);
    bench.restart();
    const { olderThan } = await page(bench);
    expect(olderThan).toBeGreaterThan(oldest);
    const other = await booked();
    other.sql.exec("UPDATE account SET payload = json_remove(payload, '$.since')");
    other.restart();
    expect((await page(other)).olderThan).toBe(oldest);
  });
});
