/** Which adapter reads a tape: the one that is named, else the only one that its first line can begin. */
import { type FeedAdapter, type FeedFormat, type FeedSetting, type Opened, unopened } from "./adapter.ts";
import { binance } from "./binance.ts";
import { BINANCE_FILES } from "./binance-files.ts";
import { coinbase } from "./coinbase.ts";
import { csvTape } from "./csv-tape.ts";
import { outcry } from "./ndjson.ts";

export const ADAPTERS: readonly FeedAdapter[] = [outcry, binance, ...BINANCE_FILES, coinbase, csvTape];

export function openTape(firstLine: string, setting: FeedSetting = {}, format?: FeedFormat): Opened {
  const adapters = ADAPTERS.filter((one) =>
    format === undefined ? one.begins(firstLine) : one.format === format,
  );
  const [adapter, ...others] = adapters;
  if (adapter === undefined) return unopened("begins no tape that is known here");
  return others.length === 0
    ? adapter.open(setting, firstLine)
    : unopened(`may be ${adapters.map((one) => one.format).join(" or ")}: say which with --format`);
}
