/** Who reads during the soak, what each does to itself, and whether what it was told is what happened. */
import type { ApiClient } from "../client.ts";
import { GatewayReader, gatewayUrl } from "./gateway-reader.ts";
import type { GatewayMessage } from "./gateway-rules.ts";
import { ACCOUNTS, SYMBOLS } from "./load.ts";

export type Role = "steady" | "leaving" | "vanishing" | "stalling" | "silent" | "absent";
export const ROLES: Readonly<Record<Role, number>> = {
  ...{ steady: 8, leaving: 10, vanishing: 10 },
  ...{ stalling: 4, silent: 4, absent: 4 },
};
/** One after the other: some connections are cut while their topics are still on the way. */
const BETWEEN_MS_MIN = 500;
const BETWEEN_MS_MAX = 12_000;
const AWAY_MS_MAX = 3_000;
/** Longer than a session is kept. */
const ABSENT_MS = 65_000;
/** Longer than it may lag. */
const STALL_MS = 14_000;
/** Change with the clock alone, or with who asks. */
const OF_THE_MOMENT = ["stale", "ageMs"];

type Trade = { readonly id?: string };
type Reader = { readonly role: Role; readonly client: GatewayReader; readonly log: Log };
type Log = {
  readonly quotes: Map<string, unknown>;
  /** Of each symbol: ids in order, a list for each stretch without a reset. */
  readonly trades: Map<string, string[][]>;
};

export type ReadersOptions = {
  readonly roles?: Partial<Readonly<Record<Role, number>>>;
  readonly heard?: (message: GatewayMessage) => void;
};

export class SoakReaders {
  readonly #readers: Reader[] = [];
  readonly #api: () => ApiClient;
  readonly #random: () => number;
  readonly #heard: (message: GatewayMessage) => void;
  #ended = false;

  /** `heard`: each message that is new to one of them. */
  constructor(
    api: () => ApiClient,
    apiKey: string,
    quiet: readonly string[],
    random: () => number,
    { roles = ROLES, heard = () => {} }: ReadersOptions = {},
  ) {
    this.#api = api;
    this.#random = random;
    this.#heard = heard;
    for (const [role, count] of Object.entries(roles) as [Role, number][])
      for (let each = 0; each < count; each++) this.#add(role, apiKey, topicsOf(quiet), each);
  }

  /** Why something was left out with a word, by who was told so. */
  get resets(): readonly string[] {
    return this.#readers.flatMap(({ role, client }) =>
      client.rules.resets.map(({ reason }) => `${role} ${reason}`),
    );
  }

  get clients(): readonly GatewayReader[] {
    return this.#readers.map(({ client }) => client);
  }

  async ready(): Promise<void> {
    await Promise.all(this.clients.map(({ ready }) => ready));
  }

  /** Until `rest`: each does what its role says, at moments of its own. */
  async live(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => this.#liveAs(reader)));
  }

  rest(): void {
    this.#ended = true;
  }

  end(): void {
    for (const client of this.clients) client.end();
  }

  /** `traded`: of each symbol, the ids that were acknowledged, in order. */
  async faults(traded: ReadonlyMap<string, readonly string[]>): Promise<string[]> {
    const faults: string[] = [];
    for (const { role, client, log } of this.#readers) {
      faults.push(...client.faults.map((fault) => `${role}: ${fault}`));
      for (const [symbol, ids] of traded)
        faults.push(
          ...stretchFaults(log.trades.get(symbol) ?? [], ids).map((fault) => `${role}: ${symbol}: ${fault}`),
        );
    }
    for (const symbol of traded.keys()) faults.push(...(await this.#quoteFaults(symbol)));
    return faults;
  }

  async #quoteFaults(symbol: string): Promise<string[]> {
    const quote = lasting(await this.#api().get<object>(`/v1/symbols/${symbol}/quote`));
    return this.#readers.flatMap(({ role, log }) => {
      const told = lasting(log.quotes.get(symbol));
      return told === quote ? [] : [`${role}: quote.${symbol}: told ${told}, is ${quote}`];
    });
  }

  #add(role: Role, apiKey: string, topics: readonly string[], index: number): void {
    const log: Log = { quotes: new Map(), trades: new Map() };
    const client = new GatewayReader({
      url: () => gatewayUrl(this.#api()),
      ...{ apiKey, topics },
      hear: (message) => {
        this.#heard(message);
        note(log, message);
      },
      ...(index % 2 === 0 ? {} : { conflateMs: index % 4 === 1 ? 50 : 1_000 }),
    });
    this.#readers.push({ role, client, log });
  }

  async #liveAs({ role, client }: Reader): Promise<void> {
    while (!this.#ended) {
      await this.#pause(BETWEEN_MS_MIN + this.#random() * (BETWEEN_MS_MAX - BETWEEN_MS_MIN));
      if (this.#ended) return;
      const pauseMs = act(role, client, this.#random());
      await this.#pause(pauseMs);
    }
  }

  /** Woken soon when it is over. */
  async #pause(ms: number): Promise<void> {
    const until = Date.now() + ms;
    while (!this.#ended && Date.now() < until)
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, Math.min(500, until - Date.now()))));
  }
}

/** Once, and how long it is busy with it. */
function act(role: Role, client: GatewayReader, share: number): number {
  switch (role) {
    case "steady":
      return STALL_MS;
    case "leaving":
    case "vanishing":
      client.leave(share * AWAY_MS_MAX, role === "leaving" ? "close" : "terminate");
      return 0;
    case "stalling":
      client.stall(2 * share * STALL_MS);
      return 2 * STALL_MS;
    case "silent":
      client.keepSilent(2 * share * STALL_MS);
      return 2 * STALL_MS;
    case "absent":
      client.leave(1.3 * share * ABSENT_MS, "terminate");
      return 2 * STALL_MS;
  }
}

function note(log: Log, { topic, type, data, reset }: GatewayMessage): void {
  const symbol = topic.slice(topic.indexOf(".") + 1);
  if (topic.startsWith("quote.")) log.quotes.set(symbol, data);
  if (!topic.startsWith("trades.") || (type !== "snap" && type !== "delta")) return;
  const stretches = log.trades.get(symbol) ?? [];
  log.trades.set(symbol, stretches);
  // SAFETY: the contract's shape; what is not so is found by the comparison.
  const ids = (data as readonly Trade[]).map(({ id = "" }) => id);
  if (type === "snap" && (reset !== undefined || stretches.length === 0)) stretches.push([]);
  stretches.at(-1)?.push(...ids);
}

/** Each stretch is what was traded, trade for trade, and the last one goes on to the end. */
export function stretchFaults(
  stretches: readonly (readonly string[])[],
  traded: readonly string[],
): string[] {
  const place = new Map(traded.map((id, index) => [id, index]));
  const faults: string[] = stretches.length === 0 && traded.length > 0 ? ["nothing was told"] : [];
  for (const [each, ids] of stretches.entries()) {
    const [first] = ids;
    const from = first === undefined ? traded.length : (place.get(first) ?? -1);
    const wrong = ids.findIndex((id, index) => traded[from + index] !== id);
    if (wrong >= 0)
      faults.push(`stretch ${each}: told ${ids[wrong]} where ${traded[from + wrong]} was traded`);
    if (each === stretches.length - 1 && from + ids.length !== traded.length)
      faults.push(`the last stretch ends after ${from + ids.length} of ${traded.length} trades`);
  }
  return faults;
}

const topicsOf = (quiet: readonly string[]): string[] => [
  ...[...SYMBOLS, ...quiet].flatMap((symbol) => [
    `quote.${symbol}`,
    `trades.${symbol}`,
    `bars.1.${symbol}`,
    `bars.5.${symbol}`,
  ]),
  ...ACCOUNTS.map((account) => `account.${account}`),
];

const lasting = (value: unknown): string =>
  JSON.stringify(value, (key, inner) => (OF_THE_MOMENT.includes(key) ? undefined : inner)) ?? "nothing";
