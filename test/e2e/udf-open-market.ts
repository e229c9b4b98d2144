/** The market of the charts on the running product: listed, traded, archived; and the key and the feed that read it. */
import { eventually, read } from "../../scripts/faults/audit.ts";
import { Feed } from "./udf-feed.ts";
import { dailyTrades, list, minuteOf, minuteTrades, rowsOf, trade } from "./udf-market.ts";
import type { World } from "./world.ts";

/** What the README tells charts to set as `maxResponseLength`. */
export const CAP = 1_000;
export const PAGES = 10;
export const DAY = 86_400;

export const WALK = "UDF:WALK";
export const QUIET = "UDF:QUIET";
export const ZONES = { "UDF:NYC": "America/New_York", "UDF:TOKYO": "Asia/Tokyo", "UDF:UTC": "UTC" };

export const WALKED = minuteTrades(5, Date.UTC(2025, 2, 3), PAGES * CAP + 123);
/** Across the night in which New York's clocks change. */
export const DAILY = dailyTrades(6, Date.UTC(2025, 2, 3, 3), 12);
/** The bars of WALK. */
export const minutes = rowsOf(WALKED, minuteOf(1));
export const timeAt = (index: number): number => minutes.at(index)?.t ?? 0;
export const END = timeAt(-1) + 60;

export type Place = { readonly url: string; readonly logs: string };
export type OpenMarket = { readonly feed: Feed; readonly key: string; readonly place: Place };

export async function openMarket(world: World, place: Place): Promise<OpenMarket> {
  const { key } = await world.post<{ key: string }>("/v1/keys", { scopes: ["market:read"] });
  for (const symbol of [WALK, QUIET]) await list(world, symbol);
  for (const [symbol, timezone] of Object.entries(ZONES)) {
    // Open all day by the zone's own clock: `24x7` would be counted from midnight UTC.
    await list(world, symbol, { timezone, session: "0000-0000" });
    await trade(world, symbol, DAILY);
  }
  await trade(world, WALK, WALKED.slice(0, -200));
  const archived = () =>
    read(world.postgres, "SELECT 1 FROM bar WHERE symbol = $1 AND resolution = '1'", WALK);
  await eventually(archived, (rows) => rows.length > minutes.length - 300);
  // With the last of them what Postgres has leaves the actor.
  await trade(world, WALK, WALKED.slice(-200));
  return { feed: new Feed(place.url, key), key, place };
}
