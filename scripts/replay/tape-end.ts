/** Tells the platform that a tape has ended, so that its last bars close. Again does no harm. */

import { Unreachable } from "../../src/client/refused.ts";
import { SYMBOLS_PER_REQUEST_MAX } from "../../src/contracts/ticks.ts";
import { type ApiClient, pause } from "../client.ts";

/** A symbol that could not end was overloaded: it has room again in less. */
const AGAIN_MS = 1_000;
/** As long as a batch of ticks is offered again: beyond that the actor is stuck, not busy. */
const ATTEMPTS_MAX = 300;

type Ending = { readonly client: ApiClient; readonly signal?: AbortSignal };

export async function endTape(
  ending: Ending,
  source: string,
  symbolsOfTicks: readonly string[],
): Promise<void> {
  const known: string[] = [];
  for (const symbol of symbolsOfTicks) if (await ending.client.knows(symbol)) known.push(symbol);
  for (let from = 0; from < known.length; from += SYMBOLS_PER_REQUEST_MAX)
    await endAll(ending, source, known.slice(from, from + SYMBOLS_PER_REQUEST_MAX));
}

async function endAll({ client, signal }: Ending, source: string, symbols: readonly string[]): Promise<void> {
  let open = symbols;
  for (let attempt = 0; open.length > 0; attempt++) {
    if (attempt === ATTEMPTS_MAX)
      throw new Unreachable(`the platform has not ended ${open.length} symbols for minutes`);
    if (attempt > 0) await pause(AGAIN_MS, signal);
    const ended = new Set(await client.endFeeds(source, open));
    open = open.filter((symbol) => !ended.has(symbol));
  }
}
