/** Asks the exchange what it knows of the symbols: `GET /api/v3/exchangeInfo`, public and without a key. */
import { listingFrom } from "../../src/feeds/binance-instruments.ts";
import type { FeedInstrument } from "../../src/feeds/tick.ts";
import { pause } from "../client.ts";

export type VenueListing = {
  readonly instruments: ReadonlyMap<string, FeedInstrument>;
  readonly unknown: readonly string[];
  readonly unreadable: readonly string[];
  /** The exchange's clock when it answered. */
  readonly serverTime: number | undefined;
};

/** The exchange could not be asked; its symbols may well exist. */
export class VenueUnreachable extends Error {
  override readonly name = "VenueUnreachable";
}

/** The venue itself gives up after 10 s. */
const ANSWER_MS_MAX = 15_000;
/** A hiccup is over after these; whoever started the feed should hear of anything longer. */
const ATTEMPTS_MAX = 3;
const AGAIN_MS = 1_000;
/** The venue's code for a symbol that it does not have; it names none of those asked for. */
const BAD_SYMBOL = -1121;

type Answer = { readonly status: number; readonly body: unknown };

export async function venueListing(
  host: string,
  tickers: readonly string[],
  signal: AbortSignal,
): Promise<VenueListing> {
  const together = await ask(host, tickers, signal);
  if (together.status === 200) return { ...listingFrom(together.body), unknown: [] };
  if (!isBadSymbol(together)) throw refusalOf(host, together);
  // One of them is unknown: each by itself tells which.
  const unknown: string[] = [];
  for (const ticker of tickers) {
    const answer = await ask(host, [ticker], signal);
    if (isBadSymbol(answer)) unknown.push(ticker);
    else if (answer.status !== 200) throw refusalOf(host, answer);
  }
  return { instruments: new Map(), unknown, unreadable: [], serverTime: undefined };
}

async function ask(host: string, tickers: readonly string[], signal: AbortSignal): Promise<Answer> {
  const url = `${host}/api/v3/exchangeInfo?symbols=${encodeURIComponent(JSON.stringify(tickers))}`;
  for (let attempt = 1; ; attempt++) {
    const answer = await once(url, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      return error;
    });
    if (!(answer instanceof Error)) return answer as Answer; // SAFETY: `once` resolves to an Answer, and fetch throws errors.
    if (attempt === ATTEMPTS_MAX) throw new VenueUnreachable(`${host} does not answer (${reasonOf(answer)})`);
    await pause(AGAIN_MS * attempt, signal);
  }
}

async function once(url: string, signal: AbortSignal): Promise<Answer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]);
  const response = await fetch(url, { signal: limit });
  const text = await response.text();
  // A busy or failing venue may answer the next time.
  if (response.status >= 500) throw new Error(`status ${response.status}`);
  return { status: response.status, body: jsonOf(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isBadSymbol = ({ body }: Answer): boolean =>
  typeof body === "object" && body !== null && "code" in body && body.code === BAD_SYMBOL;

const REFUSALS: Readonly<Record<number, string>> = {
  403: "it takes this program for an attack",
  418: "this address is banned for having asked too often",
  429: "this address has asked too often: wait some minutes",
  451: "it does not serve the place where this machine stands",
};

const refusalOf = (host: string, { status, body }: Answer): VenueUnreachable =>
  new VenueUnreachable(
    `${host} refuses with status ${status}: ${REFUSALS[status] ?? JSON.stringify(body ?? null).slice(0, 200)}`,
  );

// fetch says only "fetch failed"; why is in the cause.
const reasonOf = (error: Error): string =>
  error.cause instanceof Error ? reasonOf(error.cause) : error.message || error.name;
