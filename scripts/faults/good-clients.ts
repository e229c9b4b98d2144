/** Clients that behave, on every stream: what they were told, message by message, must be what happened and what REST says in the end. */
import type { ApiClient } from "../client.ts";
import { type Acknowledged, readAcknowledged } from "./acknowledged.ts";
import { ACCOUNTS, SYMBOLS } from "./load.ts";
import { StreamClient, type StreamMessage, streamUrl } from "./stream-client.ts";

/** Change with the clock alone, or with who asks. */
const OF_THE_MOMENT = ["stale", "ageMs"];

type Trade = { readonly id?: string };
type Bar = { readonly t: number; readonly [field: string]: unknown };
type Told = {
  readonly account?: string;
  readonly symbol?: string;
  readonly client: StreamClient;
  readonly log: Log;
};
type Log = {
  quote: unknown;
  readonly trades: (string | undefined)[];
  readonly bars: Map<number, Bar>;
  readonly decisions: Map<number, string>;
};

export class GoodClients {
  readonly #told: Told[] = [];
  readonly #api: () => ApiClient;

  constructor(api: () => ApiClient, apiKey: string, perSymbol: number) {
    this.#api = api;
    for (const symbol of SYMBOLS)
      for (let count = 0; count < perSymbol; count++)
        this.#add(apiKey, `/v1/symbols/${symbol}`, topicsOf(symbol), { symbol });
    for (const account of ACCOUNTS)
      this.#add(apiKey, `/v1/accounts/${account}`, [`account.${account}`], { account });
  }

  get messages(): number {
    return this.#told.reduce((sum, { client }) => sum + client.messages, 0);
  }

  async ready(): Promise<void> {
    await Promise.all(this.#told.map(({ client }) => client.ready));
  }

  /** Holes, repetitions and resets while they listened; and where what they know in the end is not what is. */
  async faults(acknowledgedFile: string): Promise<string[]> {
    const acknowledged = readAcknowledged(acknowledgedFile);
    const faults: string[] = [];
    for (const { symbol, account, client, log } of this.#told) {
      faults.push(...client.faults, ...client.resets.map((reset) => `reset ${reset}`));
      if (symbol !== undefined) faults.push(...(await this.#symbolFaults(symbol, log, acknowledged)));
      if (account !== undefined) faults.push(...accountFaults(account, log, acknowledged));
    }
    return faults;
  }

  end(): void {
    for (const { client } of this.#told) client.end();
  }

  #add(
    apiKey: string,
    path: string,
    topics: readonly string[],
    about: { symbol?: string; account?: string },
  ): void {
    const log: Log = { quote: undefined, trades: [], bars: new Map(), decisions: new Map() };
    const url = () => streamUrl(this.#api(), path);
    const client = new StreamClient({ url, apiKey, topics, hear: (message) => note(log, message) });
    this.#told.push({ ...about, client, log });
  }

  async #symbolFaults(symbol: string, log: Log, acknowledged: readonly Acknowledged[]): Promise<string[]> {
    const faults: string[] = [];
    const sent = acknowledged.flatMap((one) =>
      one.kind === "trade" && one.symbol === symbol ? [one.id] : [],
    );
    if (log.trades.join() !== sent.join())
      faults.push(
        `trades.${symbol}: told ${log.trades.length}, acknowledged ${sent.length}, or in another order`,
      );
    const quote = await this.#api().get<object>(`/v1/symbols/${symbol}/quote`);
    if (lasting(quote) !== lasting(log.quote))
      faults.push(`quote.${symbol}: told ${lasting(log.quote)}, is ${lasting(quote)}`);
    const { bars } = await this.#api().get<{ bars: Bar[] }>(
      `/v1/symbols/${symbol}/bars?resolution=1&limit=1000`,
    );
    for (const bar of bars) {
      const told = log.bars.get(bar.t);
      if (JSON.stringify(told) !== JSON.stringify(bar))
        faults.push(`bars.1.${symbol}: told ${JSON.stringify(told)}, is ${JSON.stringify(bar)}`);
    }
    return faults;
  }
}

/** Every decision that anybody was told of, once, at its place. */
function accountFaults(account: string, { decisions }: Log, acknowledged: readonly Acknowledged[]): string[] {
  const orders = acknowledged.filter((one) => one.kind === "order").filter((one) => one.account === account);
  const missing = orders.filter(({ seq, body }) => decisions.get(seq) !== body.clientOrderId);
  return [
    ...(missing.length === 0 ? [] : [`account.${account}: ${missing.length} decisions were not told`]),
    ...(decisions.size === orders.length
      ? []
      : [`account.${account}: ${decisions.size} told, ${orders.length} acknowledged`]),
  ];
}

function note(log: Log, { topic, type, data }: StreamMessage): void {
  if (topic.startsWith("quote.")) log.quote = data;
  // SAFETY: the contract's shapes; what is not so is found by the comparison.
  else if (topic.startsWith("trades.")) log.trades.push(...(data as Trade[]).map(({ id }) => id));
  else if (topic.startsWith("bars.") && data !== null) log.bars.set((data as Bar).t, data as Bar);
  else if (type === "decision") {
    const { seq, clientOrderId } = data as { seq: number; clientOrderId: string };
    log.decisions.set(seq, clientOrderId);
  }
}

const topicsOf = (symbol: string): string[] => [`quote.${symbol}`, `trades.${symbol}`, `bars.1.${symbol}`];

const lasting = (value: unknown): string =>
  JSON.stringify(value, (key, inner) => (OF_THE_MOMENT.includes(key) ? undefined : inner));
