/** Which adapter reads a tape: its first line tells. */
import { binanceTape } from "./binance.ts";
import { jsonObject } from "./json.ts";
import { ndjsonTape } from "./ndjson.ts";
import type { TapeParser } from "./tick.ts";

/** A parser for the tape that begins with this line, or undefined where no adapter knows it. */
export function tapeParserFor(firstLine: string): TapeParser | undefined {
  if (/^\d{18,20} \{/.test(firstLine)) return binanceTape();
  const object = jsonObject(firstLine);
  if (object === undefined) return undefined;
  if (
    object["instrument"] !== undefined ||
    (object["type"] !== undefined && object["symbol"] !== undefined)
  ) {
    return ndjsonTape();
  }
  return object["stream"] !== undefined || object["e"] !== undefined ? binanceTape() : undefined;
}
