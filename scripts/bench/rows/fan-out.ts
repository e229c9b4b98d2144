/** [fan-out] One symbol to 500 sockets: messages delivered a second, one in a frame, and as a turn packs them. */
import type { Bench } from "../context.ts";
import { httpLoad, requestBytes } from "../http-load.ts";
import { frameBytes, RawSocket } from "../raw-socket.ts";
import { alternate, median } from "../rounds.ts";
import type { Row } from "../table.ts";

const SYMBOL = "BENCH:FANOUT";
const SOCKETS = 500;
/** In a round. Few enough that nobody has to acknowledge: all rounds stay below what makes a client slow. */
const TURNS = 60;
const ROUNDS = 5;

export async function fanOut(bench: Bench): Promise<Row[]> {
  const { platform } = bench;
  await platform.instruments([SYMBOL]);
  await platform.priced([SYMBOL]);
  const single = await Crowd.open(platform.workerd.port, `/v1/symbols/${SYMBOL}/stream`, platform.headers, [
    `trades.${SYMBOL}`,
  ]);
  const sample = await single.oneFrame(() => tell(bench, 1));
  const limit = await bench.limit("limits/sockets.ts", { BARE: "Bare" }, { REPLY: sample });
  const bare = await Crowd.open(limit.port, "/", {}, []);
  const rate = async (crowd: Crowd, port: number, what: string): Promise<number> => {
    const perSecond = await crowd.rate(() => tell(bench, TURNS, port));
    bench.note("fan-out", `${what}: ${perSecond.toFixed(0)} messages/s`);
    return perSecond;
  };
  const taken = await alternate(ROUNDS, {
    ours: () => rate(single, platform.workerd.port, "ours"),
    limit: () => rate(bare, limit.port, "limit"),
  });
  single.close();
  const topics = ["quote", "trades", "bars.1"].map((kind) => `${kind}.${SYMBOL}`);
  const packed = await Crowd.open(
    platform.workerd.port,
    `/v1/symbols/${SYMBOL}/stream`,
    platform.headers,
    topics,
  );
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++)
    rates.push(await rate(packed, platform.workerd.port, "packed"));
  packed.close();
  bare.close();
  const [value, beside] = [median(taken.ours), median(taken.limit)];
  return [
    {
      id: "fan-out",
      value,
      limit: beside,
      unit: "messages/s",
      target: { atLeast: 0.7 },
      note: `${SOCKETS} sockets, one message in a frame`,
    },
    {
      id: "fan-out.packed",
      value: median(rates),
      limit: beside,
      unit: "messages/s",
      note: "quote, trades and bars of a turn in one frame",
    },
  ];
}

let tick = 0;
/** Trades, each in a request and so in a turn of its own. */
async function tell({ platform }: Bench, turns: number, port = platform.workerd.port): Promise<void> {
  const requests = Array.from({ length: turns }, () => {
    tick += 1;
    const price = (100 + (tick % 100) / 100).toFixed(2);
    const trade = { type: "trade", symbol: SYMBOL, ts: Date.now(), price, size: "1", id: String(tick) };
    return requestBytes(
      "POST",
      "/v1/ticks",
      platform.headers,
      JSON.stringify({ source: "bench", ticks: [trade] }),
    );
  });
  const { failed } = await httpLoad({ port, connections: 1, requests });
  if (failed > 0) throw new Error(`fan-out: ${failed} replies other than 200`);
}

/** Many sockets that count. */
class Crowd {
  readonly #sockets: readonly RawSocket[];
  #messages = 0;
  #lastAt = 0;

  private constructor(sockets: readonly RawSocket[]) {
    this.#sockets = sockets;
    for (const socket of sockets) {
      socket.onClose = (reason) => {
        throw new Error(`fan-out: ${reason}`);
      };
      socket.onFrame = (payload) => this.#count(payload);
    }
  }

  static async open(
    port: number,
    path: string,
    headers: Readonly<Record<string, string>>,
    topics: readonly string[],
  ): Promise<Crowd> {
    const { Authorization } = headers;
    const sockets: RawSocket[] = [];
    for (let index = 0; index < SOCKETS; index++)
      sockets.push(await RawSocket.open(port, path, Authorization === undefined ? {} : { Authorization }));
    const crowd = new Crowd(sockets);
    if (topics.length === 0) return crowd;
    for (const socket of sockets)
      socket.send(frameBytes(JSON.stringify({ op: "subscribe", id: "s", topics })));
    await crowd.#quiet();
    return crowd;
  }

  /** What one of them is told next. */
  async oneFrame(cause: () => Promise<void>): Promise<string> {
    const [first] = this.#sockets;
    if (first === undefined) throw new Error("a crowd is not empty");
    const counting = first.onFrame;
    const told = new Promise<string>((resolve) => {
      first.onFrame = (payload) => resolve(payload.toString());
    });
    await cause();
    const text = await told;
    first.onFrame = counting;
    await this.#quiet();
    return text;
  }

  /** Messages a second, from the first cause to the last message. */
  async rate(cause: () => Promise<void>): Promise<number> {
    this.#messages = 0;
    const startedAt = performance.now();
    await cause();
    await this.#quiet();
    if (this.#messages < TURNS * SOCKETS) throw new Error(`fan-out: ${this.#messages} messages arrived`);
    return this.#messages / ((this.#lastAt - startedAt) / 1_000);
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  /** A frame holds one message or an array of them, each of which names its topic. */
  #count(payload: Buffer): void {
    this.#lastAt = performance.now();
    if (payload[0] !== OPENING_BRACKET) this.#messages += 1;
    else
      for (let at = payload.indexOf(NEEDLE); at >= 0; at = payload.indexOf(NEEDLE, at + 1))
        this.#messages += 1;
  }

  async #quiet(): Promise<void> {
    do {
      this.#lastAt = Math.max(this.#lastAt, performance.now() - QUIET_MS);
      await new Promise((resolve) => setTimeout(resolve, QUIET_MS / 2));
    } while (performance.now() - this.#lastAt < QUIET_MS);
  }
}

const OPENING_BRACKET = 0x5b;
const NEEDLE = Buffer.from('"epoch":');
/** A turn and its frames take a few milliseconds: after so long a silence nothing is on its way. */
const QUIET_MS = 300;
