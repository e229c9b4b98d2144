/** The symbols behind a broker's tokens, asked of the platform once: a replay goes by one list from beginning to end. */
import type { TapeEntry } from "../../src/feeds/tick.ts";
import type { ApiClient } from "../client.ts";

export class TokenNames {
  readonly #symbols: ReadonlyMap<string, string | undefined>;

  private constructor(symbols: ReadonlyMap<string, string | undefined>) {
    this.#symbols = symbols;
  }

  static async ask(client: ApiClient, broker: string, tokens: readonly string[]): Promise<TokenNames> {
    const symbols = new Map<string, string | undefined>();
    for (const token of tokens) symbols.set(token, await client.symbolOf(broker, token));
    return new TokenNames(symbols);
  }

  /** Tokens of no instrument. */
  get unknown(): readonly string[] {
    return [...this.#symbols].filter(([, symbol]) => symbol === undefined).map(([token]) => token);
  }

  /** Of these tokens, each symbol once. */
  symbolsOf(tokens: readonly string[]): readonly string[] {
    const symbols = tokens.map((token) => this.#symbols.get(token));
    return [...new Set(symbols.filter((symbol) => symbol !== undefined))];
  }

  /** The entry under its symbol; without one it makes no tick. */
  named(entry: TapeEntry): TapeEntry {
    if (entry.kind === "tick") {
      const symbol = this.#symbols.get(entry.tick.symbol);
      return symbol === undefined ? NO_SYMBOL : { ...entry, tick: { ...entry.tick, symbol } };
    }
    if (entry.kind !== "bar") return entry;
    const symbol = this.#symbols.get(entry.bar.symbol);
    return symbol === undefined ? NO_SYMBOL : { ...entry, bar: { ...entry.bar, symbol } };
  }
}

const NO_SYMBOL: TapeEntry = { kind: "ignored", why: "a token of no instrument" };
