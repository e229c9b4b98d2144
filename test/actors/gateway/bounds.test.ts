/** I5: each collection of a gateway at its bound. */
import { expect, test } from "vitest";
import { ExistingNames } from "../../../actors/gateway/existing.ts";
import { Feed } from "../../../actors/gateway/feed.ts";
import { Feeds } from "../../../actors/gateway/feeds.ts";
import {
  ASKED_NAMES_MAX,
  EXPANSIONS_MAX,
  FEEDS_MAX,
  GATEWAY_TENANT_MAX,
  KNOWN_NAMES_MAX,
  LISTENINGS_MAX,
  PULSES_PER_TICK_MAX,
  RINGS_UNITS_MAX,
  SESSIONS_MAX,
  SILENCE_MS,
} from "../../../actors/gateway/limits.ts";
import { Listings } from "../../../actors/gateway/listings.ts";
import { Openings } from "../../../actors/gateway/openings.ts";
import { MIGRATIONS, SessionStore } from "../../../actors/gateway/store.ts";
import type { Visit } from "../../../actors/gateway/visit.ts";
import { Watchdog } from "../../../actors/gateway/watchdog.ts";
import { type Granted, Wishes, type WishesOptions } from "../../../actors/gateway/wishes.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { answer } from "../../../actors/runtime/reply.ts";
import { headOf, messageText } from "../../../actors/runtime/streams/message-text.ts";
import { GATEWAY_CONNECTIONS_MAX } from "../../../src/domain/gateway.ts";
import { memorySql } from "../../support/node-sql.ts";
import { envelope, FakeClock } from "../../support/runtime-fakes.ts";
import { READER, World } from "./gateway-world.ts";

const silent = () => new Promise<undefined>(() => {});

function feedsOf(clock = new FakeClock()) {
  const feeds = new Feeds({
    clock,
    // Nothing is said to an actor: each has something to be told.
    wakes: { set: () => undefined, clear: () => {} },
    randomFraction: () => 0.5,
    link: silent,
    refused: () => {},
  });
  return { clock, feeds };
}

test("bound gateway/table:session: the one that was closed first leaves, and those that are open stay", () => {
  const sql = memorySql();
  migrateLocally(sql, MIGRATIONS);
  const store = new SessionStore(sql);
  const row = { tenant: "t", subject: "s", listens: { topics: [], patterns: [] } };
  sql.transaction(() => {
    store.put({ ...row, id: "open", closedAt: null });
    for (let at = 1; at < SESSIONS_MAX; at += 1) store.put({ ...row, id: `s${at}`, closedAt: at });
  });
  expect(store.size).toBe(SESSIONS_MAX);
  store.put({ ...row, id: "new", closedAt: null });
  expect(store.size).toBe(SESSIONS_MAX);
  expect(["open", "s1", "s2", "new"].map((id) => store.find(id)?.id)).toEqual([
    "open",
    undefined,
    "s2",
    "new",
  ]);
});

test("bound gateway/memory:visits: a further connection is refused, a tenant's earlier than others'", () => {
  const world = new World();
  for (let each = 0; each < GATEWAY_TENANT_MAX; each += 1) world.upgrade();
  expect(world.upgrade()).toMatchObject({ code: "overloaded" });
  const other = { ...READER, tenant: "u" };
  for (let each = GATEWAY_TENANT_MAX; each < GATEWAY_CONNECTIONS_MAX; each += 1)
    expect(world.upgrade(other)).toBeInstanceOf(Response);
  expect(world.upgrade({ ...READER, tenant: "v" })).toMatchObject({ code: "overloaded" });
});

test("bound gateway/memory:listenings: a further topic of any connection is refused by its name", async () => {
  const world = new World();
  const client = world.connect();
  // SAFETY: nothing else is asked of them where no topic fits.
  const options = {
    seating: { size: LISTENINGS_MAX },
    existing: { refusals: async () => new Map() },
    openings: new Openings(),
  } as unknown as WishesOptions;
  const visit = { seats: new Map(), client: { credential: READER, envelope }, isGone: false };
  const wishes = [{ topic: "quote.T:A", conflateMs: 100 }];
  const told: Granted[] = [];
  const wanted = new Wishes(options);
  await wanted.grant(visit as unknown as Visit, wishes, (granted) => void told.push(granted));
  expect(told[0]).toMatchObject({ texts: [], errors: [{ topic: "quote.T:A", code: "too-many-topics" }] });
  expect(client.take()).toEqual([]);
});

test("bound gateway/memory:feeds: one that nobody wants leaves, else a further one is refused", () => {
  const { feeds, clock } = feedsOf();
  for (let each = 0; each < FEEDS_MAX; each += 1) {
    const feed = feeds.open(`symbol:T:S${each}`, "quote");
    if (feed !== undefined) feed.idleSince = each === 7 ? clock.now() : undefined;
  }
  expect(feeds.open("symbol:T:NEW", "quote")).toBeDefined();
  expect(feeds.find("symbol:T:S7", "quote")).toBeUndefined();
  for (const feed of feeds.all()) feed.idleSince = undefined;
  expect(feeds.open("symbol:T:NEWER", "quote")).toBeUndefined();
  expect(feeds.size).toBe(FEEDS_MAX);
});

test("bound gateway/memory:words: each actor once, however often it does not answer", () => {
  const { feeds } = feedsOf();
  for (let each = 0; each < FEEDS_MAX; each += 1) feeds.open(`symbol:T:S${each}`, "quote");
  for (const feed of [...feeds.all()]) feeds.close(feed);
  for (let each = 0; each < FEEDS_MAX; each += 1) feeds.open(`symbol:T:S${each}`, "quote");
  expect(feeds.asked).toBe(FEEDS_MAX);
});

test("bound gateway/memory:rings: of each topic the oldest messages leave", () => {
  const { feeds } = feedsOf();
  const large = JSON.stringify("x".repeat(60_000));
  const tell = (topic: string, seq: number, type: string) => {
    const text = messageText(headOf(topic, "e"), seq, 1, type, large);
    feeds.told("label-book:t", [text], () => {});
  };
  for (let each = 0; each < 160; each += 1) {
    const topic = `labels.T:S${each}`;
    feeds.open("label-book:t", topic);
    tell(topic, 1, "snap");
    for (let seq = 2; seq < 7; seq += 1) tell(topic, seq, "delta");
    expect(feeds.ringUnits).toBeLessThanOrEqual(RINGS_UNITS_MAX);
  }
  const first = feeds.find("label-book:t", "labels.T:S0");
  expect(first?.ring.from).toBeGreaterThan(1);
  expect(first?.ring.holdsAfter(5)).toBe(true);
  let units = 0;
  for (const { ring } of feeds.all()) units += ring.units;
  expect(feeds.ringUnits).toBe(units);
});

test("bound gateway/memory:conflated: a topic waits once at each pace, however much happens", async () => {
  const world = new World();
  const paces = [50, 100, 250, 1_000];
  const clients = paces.map((conflateMs) => ({ conflateMs, client: world.connect() }));
  for (const { client, conflateMs } of clients)
    await client.ask({ op: "subscribe", topics: ["quote.T:A"], conflateMs });
  for (let each = 0; each < 50; each += 1) world.host("symbol:T:A").publish("quote.T:A", "delta", each);
  world.pump();
  await world.pass(1_000);
  for (const { client } of clients)
    expect(client.take().filter(({ type }) => type === "delta")).toMatchObject([
      { seq: 51, prev: 1, data: 49 },
    ]);
});

test("bound gateway/memory:openings: a topic is waited for once, and no longer than it was to be", async () => {
  const openings = new Openings();
  const feeds = [new Feed("symbol:T:A", "quote.T:A", 0), new Feed("symbol:T:B", "quote.T:B", 0)];
  const waits = [openings.all(feeds, 5), openings.all(feeds, 5)];
  expect(openings.size).toBe(2);
  await Promise.all(waits);
  expect(openings.size).toBe(0);
});

test("bound gateway/memory:waiting: whoever waits for a topic and goes is not waited with", async () => {
  const world = new World();
  const client = world.connect();
  await client.subscribe("trades.T:A");
  const host = world.host("symbol:T:A");
  for (let each = 0; each < 10; each += 1) host.publish("trades.T:A", "delta", "x".repeat(5_000), false);
  await world.settle();
  host.beforeReplay = silent as () => Promise<void>;
  for (let each = 0; each < 20; each += 1) {
    const late = world.connect();
    await late.subscribe("trades.T:A");
    late.leave();
  }
  expect(host.replays).toHaveLength(1);
});

test("bound gateway/memory:pulses: further silent actors are asked in the next second", () => {
  const clock = new FakeClock();
  const feeds = Array.from({ length: PULSES_PER_TICK_MAX + 8 }, (_, each) => {
    const feed = new Feed(`symbol:T:S${each}`, `quote.T:S${each}`, clock.now());
    return Object.assign(feed, { isLive: true, wanted: 1 });
  });
  const asked: string[] = [];
  const pulse = (actor: string) => {
    asked.push(actor);
    return silent();
  };
  const watchdog = new Watchdog({
    clock,
    crowd: { say: () => {} },
    feeds: { all: () => feeds, reopen: () => {} },
    pulse,
  });
  clock.pass(SILENCE_MS);
  watchdog.look();
  watchdog.look();
  expect(asked).toHaveLength(PULSES_PER_TICK_MAX);
  expect(watchdog.size).toBe(PULSES_PER_TICK_MAX);
});

test("bound gateway/memory:names: all are forgotten and asked for anew", async () => {
  let asked = 0;
  const known = async (_envelope: unknown, symbols: readonly string[]) => {
    asked += symbols.length;
    return answer(symbols);
  };
  const names = new ExistingNames({
    instrumentDirectory: () => ({ known }),
  } as unknown as ConstructorParameters<typeof ExistingNames>[0]);
  const addresses = Array.from({ length: KNOWN_NAMES_MAX + 1 }, (_, each) => ({
    topic: "",
    actor: `symbol:T:S${each}`,
    needs: { kind: "symbol", name: `T:S${each}` } as const,
  }));
  await names.refusals(envelope(), addresses);
  expect(names.size).toBe(1);
  await names.refusals(envelope(), addresses.slice(0, 1));
  expect(asked).toBe(KNOWN_NAMES_MAX + 2);
});

test("bound gateway/memory:asked-names: whoever wants a further name asks for it alone", async () => {
  const asked: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const known = async (_envelope: unknown, symbols: readonly string[]) => {
    asked.push(symbols.length);
    await promise;
    return answer(symbols.filter((symbol) => symbol !== "T:S0"));
  };
  const names = new ExistingNames({
    instrumentDirectory: () => ({ known }),
  } as unknown as ConstructorParameters<typeof ExistingNames>[0]);
  const addresses = Array.from({ length: ASKED_NAMES_MAX + 1 }, (_, each) => ({
    topic: "",
    actor: `symbol:T:S${each}`,
    needs: { kind: "symbol", name: `T:S${each}` } as const,
  }));
  const crowd = Array.from({ length: 3 }, () => names.refusals(envelope(), addresses));
  expect(names.asked).toBe(ASKED_NAMES_MAX);
  expect(asked).toEqual([ASKED_NAMES_MAX + 1, 1, 1]);
  resolve();
  for (const verdicts of await Promise.all(crowd))
    expect([...verdicts]).toMatchObject([["symbol:T:S0", { code: "symbol-unknown" }]]);
  expect(names.asked).toBe(0);
});

test("bound gateway/memory:listings: all are forgotten and asked for anew", async () => {
  const search = async () => answer({ items: [], total: 0 });
  const listings = new Listings(
    { instrumentDirectory: () => ({ search }) } as unknown as ConstructorParameters<typeof Listings>[0],
    new FakeClock(),
  );
  for (let each = 0; each <= EXPANSIONS_MAX; each += 1)
    await listings.topicsOf({ kind: "symbols", resolution: "1", venue: `V${each}` });
  expect(listings.size).toBe(1);
});
