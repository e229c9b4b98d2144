/**
 * What TradingView asks of an exchange that it takes in (github wiki `tradingview-inspect/tests`), each rule under its own name, over HTTP
 * and WebSocket, on markets of four kinds. Bars are worked out here by hand; nothing of the product is used.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { seeded } from "../../scripts/faults/seeded.ts";
import { StreamClient, type StreamMessage } from "../../scripts/faults/stream-client.ts";
import { UdfClient } from "../support/udf-client.ts";
import { type ChartRow, list, rowsOf, type Trade, trade } from "./udf-market.ts";
import { DAY, type OpenMarket } from "./udf-open-market.ts";
import type { World } from "./world.ts";

const EXCHANGE = "XINSPECT";
const HOUR = 3_600_000;
const FOREVER = 4_000_000_000;
const MINUTES = [1, 3, 5, 15, 30, 60, 240];
const WIDTHS = [...MINUTES.map(String), "1D", "1W", "1M"];

/** A market's hours, and by hand: the dates on which it trades, and when each of its sessions begins, in UTC. */
type Kind = {
  readonly terms: object;
  readonly session: string;
  readonly timeZone: string;
  readonly opens: (date: number) => number;
  readonly hours: number;
  readonly isOpen: (date: number) => boolean;
};
const isWeekday = (date: number): boolean => ![0, 6].includes(new Date(date).getUTCDay());
/** Good Friday, within the weeks that are traded here. */
const GOOD_FRIDAY = Date.UTC(2026, 3, 3);

/** Late March and April 2026: New York is at UTC-4 throughout. */
const KINDS: Readonly<Record<string, Kind>> = {
  "UDF:INS-ALWAYS": {
    terms: { timezone: "UTC", session: "24x7" },
    ...{ session: "24x7", timeZone: "Etc/UTC", opens: (date) => date, hours: 24, isOpen: () => true },
  },
  "UDF:INS-NYSE": {
    terms: { timezone: "America/New_York", session: "0930-1600", calendar: "XNYS" },
    ...{ session: "0930-1600:23456", timeZone: "America/New_York" },
    ...{
      opens: (date) => date + 13.5 * HOUR,
      hours: 6.5,
      isOpen: (date) => isWeekday(date) && date !== GOOD_FRIDAY,
    },
  },
  "UDF:INS-NSE": {
    terms: { timezone: "Asia/Kolkata", session: "0915-1530:23456" },
    ...{ session: "0915-1530:23456", timeZone: "Asia/Kolkata" },
    ...{ opens: (date) => date + 3.75 * HOUR, hours: 6.25, isOpen: isWeekday },
  },
  "UDF:INS-FX": {
    terms: { timezone: "America/New_York", session: "1700-1700:23456", calendar: "FX" },
    ...{ session: "1700-1700:23456", timeZone: "America/New_York" },
    ...{ opens: (date) => date - 3 * HOUR, hours: 24, isOpen: isWeekday },
  },
};

const DATES = Array.from({ length: 33 }, (_, day) => Date.UTC(2026, 2, 23) + day * DAY * 1_000);

/** Trades of each session, its first and its last minute among them. */
function tradesOf({ opens, hours, isOpen }: Kind, seed: number): Trade[] {
  const random = seeded(seed);
  return DATES.filter(isOpen).flatMap((date) => {
    const open = opens(date);
    const close = open + hours * HOUR;
    const inside = Array.from({ length: 12 }, () => open + Math.floor(random() * (close - open)));
    return [...new Set([open, ...inside.sort((one, other) => one - other), close - 1])].map((ts) => ({
      ts,
      price: BigInt(1_000_000 + Math.floor(random() * 100_000)),
      size: BigInt(1 + Math.floor(random() * 9_999)),
    }));
  });
}

/** The date whose session holds the moment. */
const dateOf = ({ opens, hours }: Kind, ts: number): number => {
  const date = DATES.find((one) => opens(one) <= ts && ts < opens(one) + hours * HOUR);
  if (date === undefined) throw new Error(`nothing trades at ${ts}`);
  return date;
};

function placeOf(kind: Kind, width: string): (ts: number) => number {
  const { opens, isOpen } = kind;
  const firstOfMonth = (date: number) =>
    DATES.filter((one) => isOpen(one) && new Date(one).getUTCMonth() === new Date(date).getUTCMonth());
  return (ts) => {
    const date = dateOf(kind, ts);
    if (width === "1D") return date / 1_000;
    if (width === "1W") return (date - ((new Date(date).getUTCDay() + 6) % 7) * DAY * 1_000) / 1_000;
    // March began before these weeks do: its first trading day was Monday the 2nd, and the 1st where there is no weekend.
    if (width === "1M" && new Date(date).getUTCMonth() === 2)
      return Date.UTC(2026, 2, isOpen(Date.UTC(2026, 2, 1)) ? 1 : 2) / 1_000;
    if (width === "1M") return (firstOfMonth(date)[0] ?? date) / 1_000;
    const open = opens(date);
    return (ts - ((ts - open) % (Number(width) * 60_000))) / 1_000;
  };
}

export function udfExchangeScenario(world: () => World, market: () => OpenMarket): void {
  const feed = () => market().feed;
  const traded = new Map(
    Object.entries(KINDS).map(([symbol, kind], index) => [symbol, tradesOf(kind, 90 + index)]),
  );
  const barsOf = (symbol: string, width: string): ChartRow[] => {
    const kind = KINDS[symbol];
    if (kind === undefined) throw new Error(symbol);
    return rowsOf(traded.get(symbol) ?? [], placeOf(kind, width));
  };
  const everything = { from: 0, to: FOREVER };

  beforeAll(async () => {
    for (const [symbol, { terms }] of Object.entries(KINDS)) {
      await list(world(), symbol, { exchange: EXCHANGE, ...terms });
      await trade(world(), symbol, traded.get(symbol) ?? []);
    }
  });

  describe.each(Object.entries(KINDS))("%s", (symbol, { session, timeZone }) => {
    test("historyTimeCorrectness: the session parses, and times strictly increase at every resolution", async () => {
      const { status, body } = await feed().get(`symbols?symbol=${symbol}`);
      expect([status, body["session"], body["timezone"], body["supported_resolutions"]]).toEqual([
        ...[200, session, timeZone, expect.arrayContaining(WIDTHS)],
      ]);
      for (const width of WIDTHS) {
        const { rows } = await feed().history(symbol, width, everything);
        expect(rows, `resolution ${width}`).toEqual(barsOf(symbol, width).slice(-1_000));
        rows.forEach(({ t }, index) => void expect(t).toBeGreaterThan(rows[index - 1]?.t ?? 0));
      }
    });

    test("historyDailyHistoryAvailability: a day stands at its trading day, a week at its Monday, a month at its first trading day", async () => {
      for (const width of ["D", "W", "M"]) {
        const { rows } = await feed().history(symbol, width, { ...everything, countback: 3 });
        expect(rows, width).toEqual(barsOf(symbol, `1${width}`).slice(-3));
        expect(rows.filter(({ t }) => t % DAY !== 0)).toEqual([]);
      }
      const weeks = (await feed().history(symbol, "1W", everything)).rows;
      expect(weeks.map(({ t }) => new Date(t * 1_000).getUTCDay())).toEqual(weeks.map(() => 1));
      const { body } = await feed().get(`symbols?symbol=${symbol}`);
      const holidays = String(body["session_holidays"] ?? "").split(",");
      const days = (await feed().history(symbol, "1D", everything)).rows.map(({ t }) =>
        new Date(t * 1_000).toISOString().slice(0, 10).replaceAll("-", ""),
      );
      expect(days.filter((date) => holidays.includes(date))).toEqual([]);
      expect(holidays.includes("20260403")).toBe(symbol === "UDF:INS-NYSE");
    });

    test("historyPriceMatch: a day opens with its first minute and closes with its last", async () => {
      const minutes = (await feed().history(symbol, "1", everything)).rows;
      const days = (await feed().history(symbol, "1D", everything)).rows;
      const kind = KINDS[symbol];
      if (kind === undefined) throw new Error(symbol);
      for (const day of days) {
        const inside = minutes.filter(({ t }) => dateOf(kind, t * 1_000) / 1_000 === day.t);
        expect([inside[0]?.o, inside.at(-1)?.c], String(day.t)).toEqual([day.o, day.c]);
      }
    });

    test("in all: no_data without a hint means that nothing is older, for every wider range too, and a hint is not later than from", async () => {
      const random = seeded(symbol.length);
      for (const width of WIDTHS) {
        const bars = barsOf(symbol, width);
        const [first, last] = [bars[0]?.t ?? 0, bars.at(-1)?.t ?? 0];
        for (let attempt = 0; attempt < 8; attempt++) {
          const to = Math.floor(first - DAY + random() * (last - first + 2 * DAY));
          await expectHonest(symbol, width, bars, { from: to - Math.floor(random() * DAY), to });
        }
      }
    });
  });

  async function expectHonest(
    symbol: string,
    width: string,
    bars: readonly ChartRow[],
    { from, to }: { readonly from: number; readonly to: number },
  ): Promise<void> {
    const { status, body } = await feed().get(
      `history?symbol=${symbol}&resolution=${width}&from=${from}&to=${to}`,
    );
    expect(status).toBe(200);
    if (bars.some(({ t }) => t >= from && t < to)) return void expect(body["s"]).toBe("ok");
    const older = bars.findLast(({ t }) => t < from);
    const gap = { s: "no_data", ...(older === undefined ? {} : { nextTime: older.t }) };
    expect(body, `${width} from ${from} to ${to}`).toEqual(gap);
    const wider = await feed().history(symbol, width, { from: 0, to });
    expect(wider.s).toBe(older === undefined ? "no_data" : "ok");
  }

  test("historyFutureDaily and historyFutureMinutes: with a future end no bar is later than now, and the last one is the open one", async () => {
    const symbol = "UDF:INS-NOW";
    await list(world(), symbol, { exchange: EXCHANGE });
    const now = Date.now();
    const prints = [now - 26 * HOUR, now - 90_000, now].map((ts) => ({
      ts,
      price: 1_000_000n,
      size: 1_000n,
    }));
    await trade(world(), symbol, prints);
    for (const width of WIDTHS) {
      const { rows } = await feed().history(symbol, width, {
        from: Math.floor(now / 1_000) - 60,
        to: FOREVER,
        countback: 5,
      });
      const last = rows.at(-1)?.t ?? 0;
      expect(last, width).toBeLessThanOrEqual(Date.now() / 1_000);
      expect(last, width).toBeGreaterThan(0);
      const minutes = Number(width);
      if (Number.isInteger(minutes)) expect(last + minutes * 60, width).toBeGreaterThan(now / 1_000);
    }
  });

  test("streamingSymbolsCheck: what symbol_info lists streams, and what streams is listed there", async () => {
    const info = (await feed().get(`symbol_info?group=${EXCHANGE}`)).body as {
      symbol: string[];
      ticker: string[];
    };
    expect(info.ticker.filter((ticker) => ticker in KINDS)).toEqual(Object.keys(KINDS).sort());
    const heard = new Map<string, StreamMessage[]>(info.ticker.map((ticker) => [ticker, []]));
    const clients = info.ticker.map(
      (ticker) =>
        new StreamClient({
          ...{
            url: () => `${market().place.url.replace("http", "ws")}/v1/symbols/${ticker}/stream`,
            apiKey: market().key,
          },
          topics: [`quote.${ticker}`, `bars.1.${ticker}`],
          hear: (message) => void heard.get(message.topic.split(".").at(-1) ?? "")?.push(message),
        }),
    );
    try {
      await Promise.all(clients.map(({ ready }) => ready));
      const now = Date.now();
      for (const ticker of info.ticker)
        await trade(world(), ticker, [{ ts: now, price: 1_234_500n, size: 7n }]);
      const isTold = (messages: readonly StreamMessage[]) =>
        messages.some(
          ({ topic, data }) => topic.startsWith("bars.1.") && (data as { c?: string } | null)?.c === "123.45",
        );
      await expect
        .poll(() => [...heard].filter(([, messages]) => !isTold(messages)).map(([ticker]) => ticker), {
          timeout: 10_000,
        })
        .toEqual([]);
      for (const ticker of info.ticker) {
        const { rows } = await feed().history(ticker, "1", { ...everything, countback: 1 });
        expect(rows[0]?.c, ticker).toBe("123.45");
      }
    } finally {
      for (const client of clients) client.end();
    }
    expect(clients.flatMap(({ faults }) => faults)).toEqual([]);
  });

  test("a client that asks by groups finds the symbols that others find one by one", async () => {
    const chart = new UdfClient(feed().base);
    const group = await chart.group(EXCHANGE);
    for (const symbol of Object.keys(KINDS)) {
      const { name, ticker, session, timezone, pricescale, minmov, supported_resolutions } =
        await chart.resolve(symbol);
      expect(group.get(ticker)).toMatchObject({
        name,
        session,
        timezone,
        pricescale,
        minmov,
        supported_resolutions,
      });
    }
    expect(await chart.group("NYSE")).toEqual(new Map());
  });
}
