/**
 * The Worker of [m2m]: our strategy among our price hubs and symbols that do nothing, and a bare object that parses the same batches and
 * keeps the same bytes. A driver in the same Worker tells either of them, a batch after the other.
 */
import { DurableObject } from "cloudflare:workers";
import { encodePriceBatch, encodePriceUpdate, type PriceUpdate } from "../../actors/price-hub/messages.ts";
import { systemClock } from "../../actors/runtime/clock.ts";
import { systemEnvelope } from "../../actors/runtime/envelope.ts";
import { type ActorReply, answer } from "../../actors/runtime/reply.ts";
import type { StrategyApi, StrategyNews } from "../../actors/strategy/messages.ts";
import type { Symbol } from "../../src/domain/ids.ts";

export { PriceHub } from "../../actors/price-hub/price-hub.ts";
export { Strategy } from "../../actors/strategy/strategy.ts";
export { Archiver, Pricer } from "./floor.ts";

type Told = Pick<StrategyApi, "prices">;
type MarksEnv = {
  readonly STRATEGY: DurableObjectNamespace;
  readonly BARE: DurableObjectNamespace<BareMarks>;
};

/** Legs of one batch: one hub's of a strategy with 800 of them. */
const MARKS_OF_A_BATCH = 100;
const ACCOUNT = "risk-shard:bench/main";

export class BareMarks extends DurableObject<MarksEnv> {
  readonly #last = new Map<string, number>();

  async prices(_envelope: unknown, sent: string): Promise<ActorReply<null>> {
    const { updates } = JSON.parse(sent) as { updates: PriceUpdate[] };
    for (const { symbol, mark } of updates) this.#last.set(symbol, mark.last ?? 0);
    this.ctx.storage.sql.exec("CREATE TABLE IF NOT EXISTS kept (n INTEGER PRIMARY KEY, body TEXT NOT NULL)");
    this.ctx.storage.sql.exec("INSERT INTO kept (body) VALUES (?1)", sent);
    return answer(null);
  }
}

type Asked = {
  readonly name: string;
  readonly legs: number;
  readonly batches: number;
  readonly from: number;
};

const symbolAt = (at: number): Symbol => `BENCH:M${at}` as Symbol; // SAFETY: written as symbols are.
const envelopeNow = () => systemEnvelope(systemClock.now(), 60_000);

/** The strategy and a fill of each leg, as its account tells them. */
async function open(env: MarksEnv, { name, legs }: Asked): Promise<void> {
  const now = Date.now();
  const leg = (at: number) => ({
    ...{ symbol: symbolAt(at), priceScale: 4, sizeScale: 0, notionalUnit: "100000000" },
  });
  const all = Array.from({ length: legs }, (_, at) => at);
  const opened: StrategyNews = {
    ...{ type: "strategy-opened", strategy: name, account: "main", name, tags: [], currency: "USD", at: now },
    legs: all.map(leg),
  };
  const fills = all.map(
    (at): StrategyNews => ({
      ...{ type: "fill-booked", strategy: name, execId: `x${at}`, leg: leg(at), side: "buy", qty: 10 },
      ...{ price: 1_000_000, fee: "0", ts: now, opening: true },
    }),
  );
  const news = [opened, ...fills];
  const facts = news.map((one, at) => [at + 1, now, one.type, JSON.stringify(one)] as const);
  const batch = { actor: ACCOUNT, facts, incarnation: "bench", knownIncarnations: [] };
  const strategy = env.STRATEGY.getByName(`bench/${name}`) as unknown as StrategyApi;
  const reply = await strategy.receive(envelopeNow(), batch);
  if (!reply.ok) throw new Error(`${reply.code} ${reply.detail}`);
}

/** Batch `from` and those after it, one at a time; each has a change of the last price of a hundred legs, by turns. */
async function tell(told: Told, { legs, batches, from }: Asked): Promise<void> {
  for (let batch = from; batch < from + batches; batch++) {
    const updates = Array.from({ length: MARKS_OF_A_BATCH }, (_, index) => updateOf(batch, index, legs));
    const reply = await told.prices(envelopeNow(), encodePriceBatch("hub-0", updates));
    if (!reply.ok) throw new Error(`${reply.code} ${reply.detail}`);
  }
}

function updateOf(batch: number, index: number, legs: number): string {
  const place = batch * MARKS_OF_A_BATCH + index;
  const [at, n] = [place % legs, Math.floor(place / legs) + 1];
  const [ts, last] = [Date.now(), 1_000_000 + (place % 977)];
  const mark = { lastChanges: n, last, lastTs: ts } as PriceUpdate["mark"];
  return encodePriceUpdate({ symbol: symbolAt(at), mark, changes: [[n, ts, last]], sampled: false });
}

export default {
  async fetch(request, env) {
    const { pathname, searchParams } = new URL(request.url);
    const number = (name: string) => Number(searchParams.get(name));
    const name = searchParams.get("name") ?? "";
    const asked = { name, legs: number("legs"), batches: number("batches"), from: number("from") };
    const ours = env.STRATEGY.getByName(`bench/${name}`) as unknown as Told;
    if (pathname === "/open") await open(env, asked);
    else await tell(pathname === "/ours" ? ours : env.BARE.getByName(name), asked);
    return new Response("done");
  },
} satisfies ExportedHandler<MarksEnv>;
