/** Postgres has every fact once, and every decision, execution, position and candle that the API shows. */
import { expect, test } from "vitest";
import { auditMirror, eventually, read } from "../../scripts/faults/audit.ts";
import type { Decision, World } from "./world.ts";

export function mirrorScenario(world: () => World): void {
  test("holds every fact of every actor once and without a gap, and nothing was parked", async () => {
    const audit = await eventually(
      () => auditMirror(world().postgres),
      (found) => found.faults.length === 0,
    );
    expect(audit.faults).toEqual([]);
    expect(audit.parked).toEqual([]);
    expect(audit.actors).toBeGreaterThan(8);
    expect(audit.facts).toBeGreaterThan(150);
  });

  test("has each decision, execution and position that the API shows", async () => {
    for (const account of ["naive", "pairs"]) {
      const decisions = await world().all<Decision>(`/v1/accounts/${account}/decisions`);
      const stored = () =>
        read(
          world().postgres,
          "SELECT seq::int AS seq, client_order_id AS id, decision, allowed_qty::text AS qty FROM risk_decision WHERE account = $1 ORDER BY seq",
          account,
        );
      const rows = await eventually(stored, (found) => found.length >= decisions.length);
      const wanted = decisions.map(({ seq, clientOrderId, decision, allowedQty }) => ({
        seq,
        id: clientOrderId,
        decision,
        qty: allowedQty,
      }));
      expect(rows).toEqual(wanted.sort((one, other) => one.seq - other.seq));
      const positions = await world().all<{
        symbol: string;
        strategy: string | null;
        qty: string;
        realised: string;
      }>(`/v1/accounts/${account}/positions`);
      const held = await read(
        world().postgres,
        `SELECT symbol, strategy, qty::text AS qty, realised::text AS realised FROM "position" WHERE account = $1 ORDER BY symbol, strategy`,
        account,
      );
      expect(held).toEqual(
        positions.map(({ symbol, strategy, qty, realised }) => ({
          symbol,
          strategy: strategy ?? "",
          qty,
          realised,
        })),
      );
    }
  });

  test("names, on each fact, the call that it came of", async () => {
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    const json = { currency: "USD", equity: "1" };
    await world().put("/v1/accounts/traced", json, { "x-request-id": "e2e-request-1", traceparent });
    const stored = () =>
      read(
        world().postgres,
        "SELECT kind, request_id, traceparent FROM actor_fact WHERE actor = 'risk-shard:default/traced'",
      );
    const rows = await eventually(stored, (found) => found.length > 0);
    expect(rows).toEqual([{ kind: "account-put", request_id: "e2e-request-1", traceparent }]);
  });

  test("has the closed candles of the strategy, as the API shows them", async () => {
    const { items } = await world().get<{ items: { id: string }[] }>("/v1/strategies");
    const id = items[0]?.id ?? "";
    const { candles } = await world().get<{
      candles: { t: number; close: string; state: string; rev: number }[];
    }>(`/v1/strategies/${id}/m2m?resolution=1`);
    const closed = candles
      .filter((candle) => candle.state !== "forming")
      .map(({ t, close, rev }) => ({ t: String(t), close, rev }));
    const stored = () =>
      read(
        world().postgres,
        "SELECT (extract(epoch FROM start) * 1000)::bigint::text AS t, close::text AS close, rev FROM strategy_m2m_candle WHERE strategy = $1 ORDER BY start",
        id,
      );
    expect(await eventually(stored, (rows) => rows.length >= closed.length)).toEqual(closed);
  });
}
