/** The product on a bare workerd, with what every row needs: a key, instruments, fresh prices, accounts with limits. */
import { createHash, randomBytes } from "node:crypto";
import { join } from "node:path";
import { ApiClient } from "../client.ts";
import type { Product } from "./bundle.ts";
import { Workerd, type WorkerdOptions } from "./workerd.ts";

export type PlatformOptions = {
  readonly product: Product;
  readonly folder: string;
  readonly port: number;
  readonly databaseUrl: string;
  readonly inspectorPort?: number;
};

/** Rounds on a machine of their own are through before. */
const PRICED_AGAIN_MS = 20_000;

const SCOPES = [
  "market:read",
  "market:write",
  "risk:read",
  "risk:trade",
  "risk:admin",
  "strategy:read",
  "strategy:write",
] as const;

export class Platform {
  #workerd: Workerd;
  readonly #plan: WorkerdOptions;
  readonly api: ApiClient;
  /** Headers of a client with a key of its own, as the keyring verifies it. */
  readonly headers: Readonly<Record<string, string>>;
  readonly #root: ApiClient;

  private constructor(workerd: Workerd, plan: WorkerdOptions, root: ApiClient, key: string) {
    this.#workerd = workerd;
    this.#plan = plan;
    this.#root = root;
    this.api = new ApiClient({ url: workerd.url, apiKey: key });
    this.headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
  }

  static async start({
    product,
    databaseUrl,
    folder,
    port,
    inspectorPort,
  }: PlatformOptions): Promise<Platform> {
    const rootKey = `root_${randomBytes(24).toString("hex")}`;
    const plan: WorkerdOptions = {
      folder: join(folder, "ours"),
      file: product.file,
      port,
      compatibilityDate: product.compatibilityDate,
      actors: product.actors,
      variables: {
        ...product.variables,
        DATABASE_URL: databaseUrl,
        CURSOR_KEY: randomBytes(24).toString("hex"),
        ROOT_KEY_SHA256: createHash("sha256").update(rootKey).digest("hex"),
        LOG_LEVEL: "error",
      },
      ...(inspectorPort === undefined ? {} : { inspectorPort }),
    };
    const workerd = await Workerd.start(plan);
    const root = new ApiClient({ url: workerd.url, apiKey: rootKey });
    const made = await root.post<{ key: string }>("/v1/keys", {
      tenant: "bench",
      scopes: SCOPES,
    });
    return new Platform(workerd, plan, root, made.key);
  }

  get workerd(): Workerd {
    return this.#workerd;
  }

  /** kill -9, and up again over the same disk. */
  async restart(): Promise<void> {
    await this.#workerd.stop();
    this.#workerd = await Workerd.start(this.#plan);
  }

  /** Prometheus text. */
  metrics(): Promise<string> {
    return this.#root.send<string>("GET", "/metrics");
  }

  async instruments(symbols: readonly string[]): Promise<void> {
    const lines = symbols.map((symbol) => JSON.stringify({ symbol, ...INSTRUMENT }));
    await this.api.send("POST", "/v1/instruments", {
      body: { text: lines.join("\n"), type: "application/x-ndjson" },
    });
  }

  /** A trade and a quote now: prices older than a minute price nothing. */
  async priced(symbols: readonly string[]): Promise<void> {
    const ts = Date.now();
    const ticks = symbols.flatMap((symbol) => [
      { type: "trade", symbol, ts, price: "100", size: "1" },
      { type: "quote", symbol, ts, bid: "99.99", bidSize: "10", ask: "100.01", askSize: "10" },
    ]);
    await this.api.postTicks("bench", ticks);
  }

  /** The same again and again until the work is through, however long a busy machine takes over it. */
  async pricedWhile<Result>(symbols: readonly string[], work: () => Promise<Result>): Promise<Result> {
    await this.priced(symbols);
    // What fails here shows in orders that are rejected.
    const again = setInterval(() => void this.priced(symbols).catch(() => undefined), PRICED_AGAIN_MS);
    try {
      return await work();
    } finally {
      clearInterval(again);
    }
  }

  async account(account: string, limits: readonly object[]): Promise<void> {
    await this.api.put(`/v1/accounts/${account}`, { currency: "USD", equity: "1000000000" });
    await this.api.put(`/v1/accounts/${account}/limits`, { limits });
  }
}

export const INSTRUMENT = {
  description: "Bench",
  type: "equity",
  exchange: "BENCH",
  currency: "USD",
  tickSize: "0.01",
  lotSize: "1",
  multiplier: "1",
  timezone: "UTC",
  session: "24x7",
  status: "active",
};

/** Wide enough that the benchmark's orders are accepted, so that each reserves. */
export const SEVEN_LIMITS = [
  { id: "qty", kind: "max-order-qty", threshold: "1000", action: "reject" },
  { id: "clip", kind: "max-order-notional", threshold: "1000000", action: "reject" },
  { id: "hold", kind: "max-position-qty", threshold: "100000000", action: "reject" },
  { id: "worth", kind: "max-position-notional", threshold: "100000000000", action: "reject" },
  { id: "gross", kind: "max-gross-exposure", threshold: "100000000000", action: "reject" },
  { id: "net", kind: "max-net-exposure", threshold: "100000000000", action: "reject" },
  { id: "rate", kind: "max-order-rate", threshold: "100000000", windowMs: 60000, action: "reject" },
] as const;
