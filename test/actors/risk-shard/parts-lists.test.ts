import { describe, expect, test } from "vitest";
import { AAPL, BY, MSFT, type RiskBench } from "./bench.ts";
import { PartsBench } from "./parts-bench.ts";

/** What each list tells of other parts, as the edge asks for it. */
async function told(part: RiskBench, version?: number) {
  const envelope = { ...part.envelope(), ...(version === undefined ? {} : { parts: version }) };
  const { desk } = part;
  const replies = [
    await desk.readPart(envelope, (reads) => reads.executions({ limit: 9 })),
    await desk.readPart(envelope, (reads) => reads.decisions({ limit: 9 })),
    await desk.watched(envelope, { limit: 9, list: "decisions", decided: { symbol: MSFT } as never }),
    await desk.watched(envelope, { limit: 9, list: "violations", filter: {} }),
  ];
  return replies.map((reply) => (reply.ok ? reply.value.parts : reply.code));
}

describe("lists of executions, decisions and violations", () => {
  test("say that there are other parts from the first move on, also once the account is merged, and keep what was booked there where it was", async () => {
    const bench = new PartsBench(2);
    const [main, other] = [bench.part(0), bench.part(1)];
    await main.ready();
    for (const symbol of [AAPL, MSFT]) other.platform.marks.set(symbol, main.platform.marks.get(symbol)!);
    expect(await told(main)).toEqual(new Array(4).fill(undefined));
    await bench.adopt();
    await bench.move([MSFT], 1);
    await other.send({ clientOrderId: "m1", symbol: MSFT });
    await other.fill("m1", "4", "101");
    expect(await told(main)).toEqual(new Array(4).fill("account-split"));
    const { map } = bench;
    expect(await told(main, map.version)).toEqual(new Array(4).fill(map));
    await bench.move([MSFT], 0);
    const merged = bench.map;
    expect(await told(main, merged.version)).toEqual(new Array(4).fill(merged));
    const query = (part: RiskBench) =>
      part.desk.readPart({ ...part.envelope(), parts: merged.version }, (reads) =>
        reads.executions({ limit: 9 }),
      );
    expect(await query(main)).toMatchObject({ ok: true, value: { items: [] } });
    expect(await query(other)).toMatchObject({
      ok: true,
      value: { items: [expect.stringContaining('"qty":"4"')] },
    });
  });

  test("a violation of a part is resolved there, while it is one and once it is merged away", async () => {
    const bench = new PartsBench(2);
    const [main, other] = [bench.part(0), bench.part(1)];
    await main.ready();
    for (const symbol of [AAPL, MSFT]) other.platform.marks.set(symbol, main.platform.marks.get(symbol)!);
    await bench.adopt();
    await bench.move([MSFT], 1);
    const overfill = async (clientOrderId: string): Promise<number> => {
      await other.send({ clientOrderId, symbol: MSFT, qty: "4" });
      await other.fill(clientOrderId, "5", "101");
      return other.state.seq;
    };
    const resolve = (seq: number) =>
      other.desk.watch.answer(other.envelope(), {
        ...{ type: "resolve-violation", seq },
        body: JSON.stringify({ reason: "it was hedged by voice", by: BY }),
      });
    const seqs = [await overfill("m1"), await overfill("m2")];
    expect(other.facts().filter(({ kind }) => kind === "violation-raised")).toHaveLength(2);
    expect(await resolve(seqs[0]!)).toMatchObject({ ok: true });
    await bench.move([MSFT], 0);
    expect(await resolve(seqs[1]!)).toMatchObject({ ok: true });
    expect(await resolve(seqs[1]!)).toMatchObject({ code: "violation-resolved" });
  });
});
