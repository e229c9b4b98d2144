/** Feeds that end with a request: after its ticks, each named symbol closes its forming bars. */
import type { Refusal } from "../../actors/runtime/reply.ts";
import type { TickReport } from "../../actors/symbol/messages.ts";
import { FAULTS_MAX } from "../contracts/issues.ts";
import { SYMBOLS_PER_REQUEST_MAX } from "../contracts/ticks.ts";
import { askAll } from "../http/ask.ts";
import type { Call } from "../http/context.ts";
import type { KnownSymbols } from "../http/known.ts";

/** Why the whole request ends before any actor hears of it, where it does. */
export function endRefusal(
  end: readonly string[],
  symbolsOfTicks: number,
  { known, failure }: KnownSymbols,
): Refusal | undefined {
  if (end.length === 0) return undefined;
  if (end.length + symbolsOfTicks > SYMBOLS_PER_REQUEST_MAX) {
    const detail = `ticks and end together reach at most ${SYMBOLS_PER_REQUEST_MAX} symbols`;
    return { ok: false, code: "too-many-items", detail };
  }
  const errors = end.flatMap((symbol, place) =>
    known.has(symbol)
      ? []
      : [{ path: `end.${place}`, code: "symbol-unknown", detail: "there is no such symbol" }],
  );
  if (errors.length === 0) return undefined;
  return failure ?? { ok: false, code: "invalid", errors: errors.slice(0, FAULTS_MAX) };
}

/** Those that have ended. A symbol whose ticks must be sent again has not: its end comes with them. */
export async function endFeeds(
  c: Call,
  end: readonly string[],
  reports: ReadonlyMap<string, TickReport>,
): Promise<string[]> {
  const whole = end.filter((symbol) => !reports.get(symbol)?.rejected.some(({ retryable }) => retryable));
  const { envelope, edge } = c.env;
  const calls = whole.map((symbol) => () => edge.ports.actors.symbol(symbol).endFeed(envelope));
  const replies = await askAll(edge.clock, envelope, calls);
  return whole.filter((_, place) => replies[place]?.ok);
}
