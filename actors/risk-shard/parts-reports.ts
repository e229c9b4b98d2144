/** Which part a report is for: that of its own symbol, or of the order that it names. */
import type { Symbol } from "../../src/domain/ids.ts";
import type { Refusal } from "../runtime/reply.ts";
import type { ExecutionTerms } from "./messages.ts";
import { splitRefusal, strayRefusal } from "./parts-gate.ts";
import { isParted } from "./parts-records.ts";
import type { Order, RiskState } from "./state.ts";

/** Of an order that nobody knows here another part may know: whoever asked looks for it in all of them. */
export function strayReport(
  state: RiskState,
  executions: readonly ExecutionTerms[],
  endedOf: (ids: readonly string[]) => ReadonlyMap<string, Order>,
): Refusal | undefined {
  const { parts, orders } = state;
  if (parts === undefined || !isParted(parts)) return undefined;
  const ids = executions.map(({ clientOrderId }) => clientOrderId).filter((id) => !orders.has(id));
  const ended = endedOf(ids);
  const symbols: Symbol[] = [];
  for (const { symbol, clientOrderId } of executions) {
    const named = orders.get(clientOrderId) ?? state.ended.get(clientOrderId) ?? ended.get(clientOrderId);
    if (symbol === undefined && named === undefined) return splitRefusal(parts);
    if (symbol !== undefined) symbols.push(symbol);
    if (named !== undefined) symbols.push(named.symbol);
  }
  return strayRefusal(state, symbols);
}
