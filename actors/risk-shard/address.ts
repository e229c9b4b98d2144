/** Which risk shard keeps an account: its own, by name; of a split account one for each part. */
import { assert } from "../../src/domain/assert.ts";
import { PARTS_MAX } from "../../src/domain/parts-map.ts";

/** `part`: of a split account, from 1. Part 0 is the account's own object. */
export type ShardName = { readonly tenant: string; readonly account: string; readonly part?: number };

/** Neither a tenant nor an account holds a slash. */
export const riskShardName = ({ tenant, account, part }: ShardName): string =>
  part === undefined || part === 0 ? `${tenant}/${account}` : `${tenant}/${account}/${part}`;

export function parseRiskShardName(name: string): ShardName {
  const [tenant = "", account = "", part, ...rest] = name.split("/");
  const isNamed = tenant !== "" && account !== "" && rest.length === 0;
  assert(
    isNamed && (part === undefined || isPart(part)),
    "a risk shard is named <tenant>/<account>, or with a part behind it",
  );
  return part === undefined ? { tenant, account } : { tenant, account, part: Number(part) };
}

const isPart = (text: string): boolean => /^\d$/.test(text) && Number(text) > 0 && Number(text) < PARTS_MAX;
