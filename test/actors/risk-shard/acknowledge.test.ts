/** `acknowledge`: the venue has the order. It changes what is known of it, and nothing of what it reserves. */
import { describe, expect, test } from "vitest";
import { executionReport } from "../../../src/contracts/executions.ts";
import { type Json, RiskBench } from "./bench.ts";

const reserved = (bench: RiskBench): bigint =>
  [...bench.state.symbolLines.values()].reduce((sum, { buys, sells }) => sum + buys + sells, 0n);
const shown = async (bench: RiskBench, id: string): Promise<Json> =>
  (await bench.list("orders")).find(({ clientOrderId }) => clientOrderId === id)!;

describe("an acknowledgement", () => {
  test("says since when and under which name the venue has the order, and leaves its reservation", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    expect(await shown(bench, "a")).toMatchObject({ acknowledgedAt: null, venueOrderId: null });
    const report = { type: "acknowledge", clientOrderId: "a", ts: bench.now - 5, venueOrderId: "V 1/é" };
    expect(await bench.report(report)).toMatchObject({ status: "applied" });
    const after = {
      status: "working",
      remainingQty: "10",
      acknowledgedAt: bench.now - 5,
      venueOrderId: "V 1/é",
    };
    expect(await shown(bench, "a")).toMatchObject(after);
    expect(reserved(bench)).toBe(10n);
    expect(bench.facts().at(-1)).toMatchObject({
      kind: "execution-booked",
      payload: { type: "acknowledge", venueOrderId: "V 1/é", qty: null },
    });
    bench.restart();
    expect(await shown(bench, "a")).toMatchObject(after);
  });

  test("is repeated without effect; another one keeps the first moment", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    const report = { execId: "k1", type: "acknowledge", clientOrderId: "a", ts: bench.now };
    await bench.report(report);
    expect(await bench.report(report)).toMatchObject({ status: "duplicate" });
    expect(await bench.report({ ...report, venueOrderId: "v" })).toMatchObject({ code: "exec-id-reused" });
    await bench.report({ ...report, execId: "k2", ts: bench.now - 1, venueOrderId: "v" });
    expect(await shown(bench, "a")).toMatchObject({ acknowledgedAt: bench.now, venueOrderId: "v" });
  });

  test("that is overtaken by a fill or a cancel is told of the order that has ended", async () => {
    const bench = await new RiskBench().ready();
    await bench.orders([bench.order({ clientOrderId: "a" }), bench.order({ clientOrderId: "b" })]);
    await bench.fill("a", "10");
    await bench.report({ type: "cancel", clientOrderId: "b" });
    for (const clientOrderId of ["a", "b"]) await bench.report({ type: "acknowledge", clientOrderId });
    expect(await shown(bench, "a")).toMatchObject({ status: "filled", acknowledgedAt: bench.now });
    expect(await shown(bench, "b")).toMatchObject({ status: "cancelled", acknowledgedAt: bench.now });
    expect(reserved(bench)).toBe(0n);
  });

  test("of a pending replacement proves nothing of its original: both stand, and reserve the larger once", async () => {
    const bench = await new RiskBench().ready();
    await bench.send({ clientOrderId: "a" });
    await bench.send({ clientOrderId: "b", replaces: "a", qty: "14" });
    for (const clientOrderId of ["b", "a"]) await bench.report({ type: "acknowledge", clientOrderId });
    expect(reserved(bench)).toBe(14n);
    await bench.report({ type: "replace", clientOrderId: "b" });
    expect(await shown(bench, "a")).toMatchObject({ status: "replaced", acknowledgedAt: bench.now });
    expect(await shown(bench, "b")).toMatchObject({ status: "working", acknowledgedAt: bench.now });
    expect(reserved(bench)).toBe(14n);
  });

  test("of an order that is not known is refused, and only it has the venue's name of one", async () => {
    const bench = await new RiskBench().ready();
    expect(await bench.report({ type: "acknowledge", clientOrderId: "z" })).toMatchObject({
      code: "order-unknown",
    });
    const cancel = { type: "cancel", execId: "x", clientOrderId: "a", ts: bench.now, venueOrderId: "v" };
    expect(executionReport.safeParse(cancel).error?.issues[0]).toMatchObject({ path: ["venueOrderId"] });
    const body = JSON.stringify({ executions: [cancel] });
    expect(await bench.desk.executions.run(bench.envelope(), body)).toMatchObject({ code: "invalid" });
  });
});
