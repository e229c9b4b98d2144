/** A broker whose book a test tells. */
import {
  type ReconciliationObject,
  reconcileBody,
  reconciliationObject,
  resolveBody,
} from "../../../src/contracts/reconcile.ts";
import { AAPL, BY, type Json, MSFT, RiskBench } from "./bench.ts";

export const post = (bench: RiskBench, body: Json, more: Json = {}) => {
  const whole = { asOf: bench.now, positions: [], ...body };
  reconcileBody.parse(whole);
  return bench.desk.broker.reconcile(bench.envelope(more), JSON.stringify(whole));
};
export const read = (
  reply: { ok: true; value: string } | { ok: false; code: string },
): ReconciliationObject => {
  if (!reply.ok) throw new Error(reply.code);
  return reconciliationObject.parse(JSON.parse(reply.value)) as unknown as ReconciliationObject;
};
export const compare = async (bench: RiskBench, body: Json) => read(await post(bench, body));
export const resolve = (bench: RiskBench, id: string, accept: readonly number[], more: Json = {}) => {
  const body = { accept, reason: "as the broker says", by: BY, ...more };
  resolveBody.parse(body);
  return bench.desk.broker.resolve(bench.envelope(), id, JSON.stringify(body));
};
export const told = ({ differences }: ReconciliationObject) =>
  differences.map(({ kind, symbol, clientOrderId, currency, ours, theirs }) => [
    kind,
    symbol ?? currency,
    ...(clientOrderId === undefined ? [] : [clientOrderId]),
    ours,
    theirs,
  ]);

export async function trading(): Promise<RiskBench> {
  const bench = await new RiskBench().ready();
  await bench.strategy("alpha", [{ symbol: AAPL, qty: "10", avgPrice: "90" }]);
  await bench.send({ clientOrderId: "a", symbol: MSFT, strategy: "alpha" });
  await bench.fill("a", "4");
  return bench;
}
