/** A tape that is replayed again gives the same frames: on a symbol's own stream all of them, through a gateway all that may not be left out. */
import { beforeAll, expect, test } from "vitest";
import { type GatewayMessage, GatewayRules } from "../../scripts/faults/gateway-rules.ts";
import { messagePolicy, topicPolicy } from "../../src/domain/stream-policy.ts";
import { SimMarket } from "../../src/feeds/sim.ts";
import { SIM_PROFILES } from "../../src/feeds/sim-profiles.ts";
import { APPLE } from "../support/instruments.ts";
import { call, type Message, SocketClient } from "./socket-client.ts";
import { until } from "./stream-client.ts";

/** Long past, so that no bar is closed by the clock. */
const ORIGIN = 1_750_000_000_000;
/** Four a second: five minutes, with late and repeated trades in them. */
const STEPS = 1_200;
const STEPS_PER_POST = 60;
const SYMBOLS = ["T:GOLD-1", "T:GOLD-2"] as const;
const KINDS = ["quote", "trades", "bars.1", "bars.5", "bars.1S"];

const [PROFILE] = SIM_PROFILES;
const market = new SimMarket({ ...PROFILE!, lateShare: 0.02, repeatShare: 0.02 }, 7, ORIGIN);
const TAPE = Array.from({ length: STEPS / STEPS_PER_POST }, (_, post) =>
  Array.from({ length: STEPS_PER_POST }, (_, step) => market.ticksOf(post * STEPS_PER_POST + step)).flat(),
);

beforeAll(async () => {
  const { symbol: _, ...instrument } = APPLE;
  const traded = { ...instrument, session: "24x7", timezone: "UTC", priceScale: 6, sizeScale: 6 };
  for (const symbol of SYMBOLS)
    expect((await call("PUT", `/v1/instruments/${symbol}`, traded)).status).toBe(200);
});

type Replayed = { readonly own: readonly Message[]; readonly through: readonly Message[] };

/** Each post in a turn of its own. */
async function replayed(symbol: string): Promise<Replayed> {
  const topics = KINDS.map((kind) => `${kind}.${symbol}`);
  const own = await SocketClient.open(`/v1/symbols/${symbol}/stream`);
  const through = await SocketClient.open("/v1/stream");
  for (const client of [own, through]) await client.ask({ op: "subscribe", id: 1, topics });
  for (const posted of TAPE) {
    const ticks = posted.map((tick) => ({ ...tick, symbol }));
    expect((await call("POST", "/v1/ticks", { source: "golden", ticks })).body).toMatchObject({
      rejected: [],
    });
  }
  await own.ask({ op: "ping", id: "all" });
  const last = (client: SocketClient, topic: string) =>
    spoken(client).findLast((one) => one["topic"] === topic);
  await until(() => topics.every((topic) => last(own, topic)?.["seq"] === last(through, topic)?.["seq"]));
  for (const client of [own, through]) client.close();
  return { own: spoken(own), through: spoken(through) };
}

const spoken = ({ messages }: SocketClient): Message[] =>
  messages.filter(({ topic, type }) => topic !== undefined && type !== "hb");

/** What is of the moment or of the load is left out, and the symbol's name is the same. */
function frameOf(symbol: string, { topic, seq, type, data }: Message): string {
  const lasting = JSON.stringify({ topic, seq, type, data }, (key, value) =>
    key === "ageMs" || key === "stale" ? undefined : value,
  );
  return lasting.replaceAll(symbol, "GOLD");
}

const isLossless = ({ topic, type, data }: Message): boolean =>
  messagePolicy(topicPolicy(String(topic)), String(type), JSON.stringify(data)) === "lossless";

test("replayed twice a tape gives the same frames, and through a gateway none that may not be left out is missing", async () => {
  const [first, second] = [await replayed(SYMBOLS[0]), await replayed(SYMBOLS[1])];
  const frames = first.own.map((message) => frameOf(SYMBOLS[0], message));
  expect(frames.length).toBeGreaterThan(100);
  expect(first.own.some(({ type }) => type === "rev")).toBe(true);
  expect(second.own.map((message) => frameOf(SYMBOLS[1], message))).toEqual(frames);
  for (const [symbol, { own, through }] of [
    [SYMBOLS[0], first],
    [SYMBOLS[1], second],
  ] as const) {
    for (const kind of KINDS) {
      const lossless = (messages: readonly Message[]): string[] =>
        messages
          .filter((message) => message["topic"] === `${kind}.${symbol}` && isLossless(message))
          .map((message) => frameOf(symbol, message));
      expect(lossless(through), kind).toEqual(lossless(own));
    }
    const rules = new GatewayRules();
    for (const kind of KINDS) rules.await(`${kind}.${symbol}`);
    for (const message of through) rules.take(message as unknown as GatewayMessage);
    expect(rules.faults).toEqual([]);
  }
});
