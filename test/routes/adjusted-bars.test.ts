import { describe, expect, test } from "vitest";
import { answer, refusal } from "../../actors/runtime/reply.ts";
import type { ActionEntry, DayFold, DayRange } from "../../actors/symbol/messages.ts";
import type { HistoryReads } from "../../src/ports.ts";
import { fakeEdge, NOW } from "../support/fake-edge.ts";

const DAY = 86_400_000;
const PATH = "/v1/symbols/XNAS:AAPL/bars";
/** Days since 1970 in this world, whose zone is UTC; the last of them is today. */
const TODAY = Math.floor(NOW / DAY);
const dayAt = (day: number): number => day * DAY;
const dateOf = (day: number): string => new Date(day * DAY).toISOString().slice(0, 10);
const WEEK = 7;
const weekStart = (day: number): number => day - ((day + 3) % WEEK);

type Bar = { t: number; o: string; h: string; l: string; c: string; v: string; n: number; vw: string | null };
const bar = (t: number, close: string, over: Partial<Bar> = {}): Bar & { rev: number; state: string } => ({
  ...{ t, o: close, h: close, l: close, c: close, v: "10", n: 2, vw: close, rev: 0, state: "final", ...over },
});

type Action = Pick<ActionEntry, "id" | "type"> & Record<string, unknown> & { exDay: number };
function entry({ exDay, ...action }: Action, resolution?: string): ActionEntry {
  const week = weekStart(exDay);
  return {
    ...{
      recordedAt: 0,
      recordedBy: { tenant: "acme", subject: "ana" },
      exDate: dateOf(exDay),
      startsAt: dayAt(exDay),
    },
    ...(resolution === "1W" ? { bucket: { start: dayAt(week), end: dayAt(week + WEEK) } } : {}),
    ...action,
    // SAFETY: the tests write whole actions.
  } as unknown as ActionEntry;
}
const split = (id: string, exDay: number, to = "4"): Action => ({ id, type: "split", exDay, from: "1", to });
const dividend = (id: string, exDay: number, amount: string, over = {}): Action => ({
  ...{ id, type: "dividend", exDay, amount, ...over },
});

const foldOf = (bars: readonly Bar[]): DayFold | null => {
  const [first, last] = [bars[0], bars.at(-1)];
  if (first === undefined || last === undefined) return null;
  const numbers = (name: "h" | "l") => bars.map((each) => Number(each[name]));
  const total = (of: (each: Bar) => number): number => bars.reduce((all, each) => all + of(each), 0);
  return {
    ...{ o: first.o, h: `${Math.max(...numbers("h"))}`, l: `${Math.min(...numbers("l"))}`, c: last.c },
    ...{ v: `${total(({ v }) => Number(v))}`, pv: `${total(({ v, vw }) => Number(v) * Number(vw))}` },
    n: total(({ n }) => n),
  };
};

/** Bars of one width; days stand in the actor from `kept` on, before it in Postgres. */
async function world(
  bars: readonly Bar[],
  actions: readonly Action[],
  { days = bars, kept = 0, known = true }: { days?: readonly Bar[]; kept?: number; known?: boolean } = {},
) {
  const asked = { actor: [] as DayRange[][], history: [] as [DayRange[], number | undefined][] };
  const within = (ranges: readonly DayRange[], of: (each: Bar) => boolean) =>
    ranges.map(([from, to, last]) => {
      const inside = days.filter((each) => each.t >= from && each.t < to && of(each));
      return foldOf(last ? inside.slice(-1) : inside);
    });
  const dayFolds: HistoryReads["dayFolds"] = async (_envelope, _symbol, ranges, asOf) => {
    asked.history.push([[...ranges], asOf]);
    return known
      ? answer(within(ranges, ({ t }) => t < kept || asOf !== undefined))
      : refusal("history-unavailable");
  };
  const edge = await fakeEdge({
    answers: {
      "symbol.bars": () => answer({ bars: bars.map((each) => JSON.stringify(each)) }),
      "symbol.actions": (_envelope: unknown, { resolution }: { resolution?: string }) =>
        answer({
          items: actions.map((each) => JSON.stringify(entry(each, resolution))),
          total: actions.length,
        }),
      "symbol.dayFolds": (_envelope: unknown, ranges: DayRange[]) => {
        asked.actor.push(ranges);
        return answer({
          folds: within(ranges, ({ t }) => t >= kept),
          ...(kept === 0 ? {} : { olderThan: kept }),
        });
      },
    },
    history: { dayFolds },
  });
  const get = async (query: string) => {
    const response = await edge.fetch("GET", `${PATH}?${query}`);
    const text = await response.text();
    return {
      status: response.status,
      text,
      ...(JSON.parse(text) as { bars?: Bar[]; code?: string; detail?: string }),
    };
  };
  return { edge, asked, get };
}
const closes = (bars: readonly Bar[] | undefined): string[] => (bars ?? []).map(({ c }) => c);

const DAYS = [5, 4, 3, 2, 1, 0].map((ago, index) => bar(dayAt(TODAY - ago), `${100 + index * 4}`));

describe("raw", () => {
  test.each(["", "&adjust=raw"])("is the default, and asks about no action: %j", async (adjust) => {
    const { get, edge } = await world(DAYS, [split("s", TODAY)]);
    expect(closes((await get(`resolution=1D${adjust}`)).bars)).toEqual(closes(DAYS));
    expect(edge.calls.filter(({ method }) => method === "actions")).toEqual([]);
  });
});

describe("split", () => {
  test("divides prices and multiplies volumes before the ex-date, and leaves what was counted as it is", async () => {
    const { get, asked } = await world(DAYS, [split("s", TODAY - 2)]);
    const { bars = [] } = await get("resolution=1D&adjust=split");
    expect(closes(bars)).toEqual(["25", "26", "27", "112", "116", "120"]);
    expect(bars.map(({ v }) => v)).toEqual(["40", "40", "40", "10", "10", "10"]);
    expect(bars[0]).toEqual({ ...DAYS[0], ...{ o: "25", h: "25", l: "25", c: "25", v: "40", vw: "25" } });
    expect(bars.slice(3)).toEqual(DAYS.slice(3));
    expect([asked.actor, asked.history]).toEqual([[], []]);
  });

  test("takes splits and bonus issues alone", async () => {
    const bonus: Action = { id: "b", type: "bonus", exDay: TODAY, bonusShares: "1", heldShares: "1" };
    const { get } = await world(DAYS.slice(-2), [dividend("d", TODAY, "58"), bonus, split("s", TODAY)]);
    expect(closes((await get("resolution=1D&adjust=split")).bars)).toEqual(["14.5", "120"]);
  });

  test("a revoked action, and one whose ex-date has not come, change nothing", async () => {
    const revoked = { ...split("r", TODAY), revokedAt: NOW - 1 };
    const { get, asked } = await world(DAYS, [
      revoked,
      split("ahead", TODAY + 1),
      dividend("later", TODAY + 9, "1"),
    ]);
    const raw = await get("resolution=1D");
    expect((await get("resolution=1D&adjust=all")).text).toBe(raw.text);
    expect(asked.actor).toEqual([]);
  });
});

describe("all", () => {
  test("takes dividends out by the last raw close before, all of them by one read", async () => {
    const { get, asked } = await world(DAYS, [dividend("d1", TODAY - 2, "27"), dividend("d2", TODAY, "29")]);
    const { bars } = await get("resolution=1D&adjust=all");
    // (108 - 27) / 108 = 3/4 and (116 - 29) / 116 = 3/4.
    expect(closes(bars)).toEqual(["56.25", "58.5", "60.75", "84", "87", "120"]);
    expect(bars?.map(({ v }) => v)).toEqual(DAYS.map(({ v }) => v));
    expect([asked.actor.length, asked.history.length]).toEqual([1, 0]);
  });

  test("a reference price stands before any close, and nothing is read for it", async () => {
    const { get, asked } = await world(DAYS, [dividend("d", TODAY, "50", { referencePrice: "200" })]);
    expect(closes((await get("resolution=1D&adjust=all")).bars)).toEqual([
      "75",
      "78",
      "81",
      "84",
      "87",
      "120",
    ]);
    expect(asked.actor).toEqual([]);
  });

  test("closes that the actor no longer has come from Postgres by one query, which asks for no other", async () => {
    const kept = dayAt(TODAY - 1);
    const actions = [
      dividend("d1", TODAY - 3, "26"),
      dividend("d2", TODAY - 2, "27"),
      dividend("d3", TODAY, "29"),
    ];
    const { get, asked } = await world(DAYS, actions, { kept });
    expect(closes((await get("resolution=1D&adjust=all")).bars)).toEqual([
      ...["42.1875", "43.875", "60.75", "84", "87", "120"],
    ]);
    expect([asked.actor.length, asked.history.length]).toEqual([1, 1]);
    expect(asked.history[0]?.[0].map(([, to]) => to)).toEqual([dayAt(TODAY - 3), dayAt(TODAY - 2)]);
  });

  test("an unknown close refuses the read, and says which action wants a price", async () => {
    const { get } = await world(DAYS.slice(-1), [dividend("d9", TODAY, "1")], { days: [] });
    // The day before is not shown, so nothing is adjusted; with it the close is missing.
    expect(await get("resolution=1D&adjust=all")).toMatchObject({ status: 200 });
    const { get: wider } = await world(DAYS, [dividend("d9", TODAY, "1")], { days: [] });
    const refused = await wider("resolution=1D&adjust=all");
    expect(refused).toMatchObject({ status: 409, code: "reference-price-unknown" });
    expect(refused.detail).toContain("d9");
  });

  test("a close that is older than a month is unknown", async () => {
    const old = [bar(dayAt(TODAY - 32), "100"), bar(dayAt(TODAY), "90")];
    const { get } = await world(old, [dividend("d", TODAY, "1")]);
    expect(await get("resolution=1D&adjust=all")).toMatchObject({ code: "reference-price-unknown" });
    const { get: nearer } = await world(
      [bar(dayAt(TODAY - 31), "100"), bar(dayAt(TODAY), "90")],
      [dividend("d", TODAY, "1")],
    );
    expect(closes((await nearer("resolution=1D&adjust=all")).bars)).toEqual(["99", "90"]);
  });

  test("a dividend that the close turns out not to cover refuses the read", async () => {
    const { get } = await world(DAYS, [dividend("d", TODAY, "116")]);
    expect(await get("resolution=1D&adjust=all")).toMatchObject({ status: 422, code: "factor-invalid" });
  });

  test("while Postgres is away a read that needs it is refused", async () => {
    const { get } = await world(DAYS, [dividend("d", TODAY - 2, "1")], { kept: dayAt(TODAY), known: false });
    expect(await get("resolution=1D&adjust=all")).toMatchObject({ status: 503, code: "history-unavailable" });
    expect(await get("resolution=1D&adjust=split")).toMatchObject({ status: 200 });
  });

  test("minutes are adjusted by the trading day that they lie in", async () => {
    const minutes = [bar(dayAt(TODAY) - 60_000, "100"), bar(dayAt(TODAY), "25")];
    const { get } = await world(minutes, [split("s", TODAY)]);
    expect(closes((await get("resolution=1&adjust=split")).bars)).toEqual(["25", "25"]);
  });
});

describe("a week with an ex-date inside", () => {
  const monday = weekStart(TODAY - WEEK);
  const days = [0, 1, 2, 3, 4].map((day) =>
    bar(dayAt(monday + day), day < 2 ? "400" : "100", { v: `${10 + day}` }),
  );
  const whole = bar(dayAt(monday), "100", { o: "400", h: "400", v: "60", vw: "205", n: 10 });
  const before = bar(dayAt(monday - WEEK), "400");

  test("is folded anew from its days, each adjusted by itself; the other weeks are adjusted as they are", async () => {
    const { get, asked } = await world([before, whole], [split("s", monday + 2)], { days });
    const { bars = [] } = await get("resolution=1W&adjust=split");
    expect(closes(bars)).toEqual(["100", "100"]);
    expect(bars[1]).toEqual({ ...whole, ...{ o: "100", h: "100", l: "100", c: "100", v: "123", vw: "100" } });
    expect(asked.actor).toEqual([
      [
        [dayAt(monday), dayAt(monday + 2)],
        [dayAt(monday + 2), dayAt(monday + WEEK)],
      ],
    ]);
  });

  test("with closes and days of several weeks is still one read", async () => {
    const kept = dayAt(monday + 3);
    const actions = [split("s", monday + 2), dividend("d", monday + 4, "25")];
    const { get, asked } = await world([before, whole], actions, { days, kept });
    const { bars = [] } = await get("resolution=1W&adjust=all");
    expect([asked.actor.length, asked.history.length]).toEqual([1, 1]);
    expect(bars[1]).toMatchObject({ o: "75", h: "100", l: "75", c: "100", v: "123" });
    expect(bars[0]).toMatchObject({ c: "75", v: "40" });
  });

  test("whose ex-date is its first day is adjusted as it is", async () => {
    const { get, asked } = await world([before, whole], [split("s", monday)], { days });
    expect(closes((await get("resolution=1W&adjust=split")).bars)).toEqual(["100", "100"]);
    expect(asked.actor).toEqual([]);
  });

  test.each<[string, readonly Bar[]]>([
    ["no day", []],
    ["less volume", days.slice(1)],
    ["a lower high", days.map((each) => ({ ...each, h: "399" }))],
  ])("of whose days we have %s is refused", async (_name, known) => {
    const { get } = await world([whole], [split("s", monday + 2)], { days: known });
    expect(await get("resolution=1W&adjust=split")).toMatchObject({
      status: 422,
      code: "adjust-unsupported",
    });
  });
});

describe("pages", () => {
  test("cursors and pages are those of raw bars", async () => {
    const { edge } = await world(DAYS, [split("s", TODAY - 2)]);
    const page = async (adjust: string) => {
      const response = await edge.fetch("GET", `${PATH}?resolution=1D&limit=2&adjust=${adjust}`);
      return (await response.json()) as { bars: Bar[]; nextCursor: string | null };
    };
    const [raw, adjusted] = [await page("raw"), await page("all")];
    expect(adjusted.bars.map(({ t }) => t)).toEqual(raw.bars.map(({ t }) => t));
    expect([raw.nextCursor === null, adjusted.nextCursor === null]).toEqual([false, false]);
  });

  test("without bars nothing is asked", async () => {
    const { get, edge } = await world([], [split("s", TODAY)]);
    expect(await get("adjust=all")).toMatchObject({ status: 200, bars: [] });
    expect(edge.calls.map(({ method }) => method)).not.toContain("actions");
  });

  test.each(["splits", "none", ""])("adjust=%s is refused", async (adjust) => {
    const { get } = await world(DAYS, []);
    expect(await get(`adjust=${adjust}`)).toMatchObject({ status: 422, code: "field-combination" });
  });
});
