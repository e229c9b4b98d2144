import { describe, expect, test } from "vitest";
import { QuoteFeed, type SeenQuote, STREAMS_MAX } from "../../src/console/quote-feed.ts";
import type { QuoteReply } from "../../src/contracts/quote.ts";

const quoteOf = (symbol: string, seq: number) => ({ symbol, seq }) as QuoteReply;
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 200; turn++) await Promise.resolve();
};

function world() {
  const streams = new Map<string, { live(isLive: boolean): void; quote(quote: QuoteReply): void }>();
  const polled: string[] = [];
  const timers: (() => void)[] = [];
  let seq = 1;
  const feed = new QuoteFeed({
    stream: (symbol, events) => {
      streams.set(symbol, events);
      return { close: () => void streams.delete(symbol) };
    },
    poll: async (symbol) => {
      polled.push(symbol);
      return quoteOf(symbol, seq);
    },
    later: (run) => {
      timers.push(run);
      return () => {};
    },
    now: () => 0,
  });
  const seen: SeenQuote[] = [];
  const turn = async (): Promise<string[]> => {
    polled.length = 0;
    timers.shift()?.();
    await settled();
    return [...polled];
  };
  return {
    feed,
    streams,
    polled,
    seen,
    turn,
    raise: (to: number) => (seq = to),
    listen: (one: SeenQuote) => seen.push(one),
  };
}

describe("quotes on the screen", () => {
  test("the first rows are streamed, the others are asked for by turns", async () => {
    const { feed, streams, turn, listen } = world();
    const names = Array.from({ length: STREAMS_MAX + 2 }, (_, index) => `S${index}`);
    for (const name of names) feed.watch(name, listen);
    await settled();
    expect([...streams.keys()]).toEqual(names.slice(0, STREAMS_MAX));
    for (const events of streams.values()) events.live(true);
    expect(await turn()).toEqual(names.slice(STREAMS_MAX));
  });

  test("a row that leaves gives its stream to the one that waited longest", async () => {
    const { feed, streams, listen } = world();
    const names = Array.from({ length: STREAMS_MAX + 1 }, (_, index) => `S${index}`);
    const leave = names.map((name) => feed.watch(name, listen));
    leave[3]?.();
    expect([streams.has("S3"), streams.has(`S${STREAMS_MAX}`), streams.size]).toEqual([
      false,
      true,
      STREAMS_MAX,
    ]);
  });

  test("a streamed row is asked for while its stream is away, and an older answer changes nothing", async () => {
    const { feed, streams, seen, turn, listen, raise } = world();
    feed.watch("A", listen);
    await settled();
    streams.get("A")?.live(true);
    streams.get("A")?.quote(quoteOf("A", 7));
    expect(await turn()).toEqual([]);
    streams.get("A")?.live(false);
    expect(await turn()).toEqual(["A"]);
    expect(seen.map(({ quote, live }) => [quote.seq, live])).toEqual([
      [1, false],
      [7, true],
    ]);
    raise(9);
    await turn();
    expect(seen.at(-1)).toMatchObject({ live: false, quote: { seq: 9 } });
  });

  test("a row that comes back shows at once what it last knew", async () => {
    const { feed, streams, seen, listen } = world();
    const leave = feed.watch("A", listen);
    await settled();
    streams.get("A")?.quote(quoteOf("A", 7));
    leave();
    seen.length = 0;
    feed.watch("A", listen);
    expect(seen.map(({ quote, live }) => [quote.seq, live])).toEqual([[7, false]]);
  });

  test("nobody asks once nobody watches", async () => {
    const { feed, streams, turn, listen } = world();
    const leave = feed.watch("A", listen);
    await settled();
    leave();
    expect(streams.size).toBe(0);
    expect(await turn()).toEqual([]);
  });
});
