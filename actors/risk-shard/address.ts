/** Which risk shard keeps an account: its own, by name. */
import { assert } from "../../src/domain/assert.ts";

export type ShardName = { readonly tenant: string; readonly account: string };

/** Neither a tenant nor an account holds a slash. */
export const riskShardName = ({ tenant, account }: ShardName): string => `${tenant}/${account}`;

export function parseRiskShardName(name: string): ShardName {
  const slash = name.indexOf("/");
  assert(slash > 0 && slash < name.length - 1, "a risk shard is named <tenant>/<account>");
  return { tenant: name.slice(0, slash), account: name.slice(slash + 1) };
}
