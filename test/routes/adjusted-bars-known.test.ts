/** Adjusted bars where days are imported among the actor's own, or as of a moment: what is known of them is told day by day. */
import { expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import type { ActionEntry, DayFold, DayRange } from "../../actors/symbol/messages.ts";
import { fakeEdge, NOW } from "../support/fake-edge.ts";

const DAY = 86_400_000;
const TODAY = Math.floor(NOW / DAY);
/** The Monday of the week before. */
const MONDAY = TODAY - ((TODAY + 3) % 7) - 7;

type Day = { t: number; o: string; h: string; l: string; c: string; v: string; vw: string; n: number };
const dayOf = (day: number, close: string): Day => ({
  ...{ t: day * DAY, o: close, h: close, l: close, c: close, v: "10", vw: close, n: 1 },
});
const split = (exDay: number, over: Partial<ActionEntry> = {}) => ({
  ...{
    id: "s",
    type: "split",
    exDate: "2024-07-31",
    from: "1",
    to: "4",
    recordedAt: 0,
    startsAt: exDay * DAY,
  },
  ...{ recordedBy: { tenant: "t", subject: "s" }, bucket: { start: MONDAY * DAY, end: (MONDAY + 7) * DAY } },
  ...over,
});
const dividend = (exDay: number, amount: string) => ({
  ...{ id: "d", type: "dividend", exDate: "2024-08-07", amount, recordedAt: 0, startsAt: exDay * DAY },
  recordedBy: { tenant: "t", subject: "s" },
});
const fold = (close: string): DayFold => ({
  o: close,
  h: close,
  l: close,
  c: close,
  v: "10",
  pv: `${Number(close) * 10}`,
  n: 1,
});

type Query = { resolution: string; from?: number; to?: number; limit: number; asOf?: number };
type World = {
  readonly actions: readonly object[];
  readonly shown: readonly object[];
  /** Days of the actor and of Postgres. */
  readonly own?: readonly Day[];
  readonly mirrored?: readonly Day[];
  readonly standing?: { readonly olderThan?: number; readonly alsoUntil?: number };
  readonly folds?: (ranges: readonly DayRange[], asOf: number | undefined) => (DayFold | null)[];
};
async function read(world: World, query: string) {
  const { actions, shown, own = [], mirrored = [], standing = {} } = world;
  const asked: string[] = [];
  const within = (days: readonly Day[], from = 0, to = Number.MAX_SAFE_INTEGER) =>
    days.filter(({ t }) => t >= from && t < to).map((day) => JSON.stringify(day));
  const edge = await fakeEdge({
    answers: {
      "symbol.actions": () =>
        answer({ items: actions.map((each) => JSON.stringify(each)), total: actions.length }),
      "symbol.dayFolds": (_envelope: unknown, ranges: DayRange[]) => {
        asked.push("folds of the actor");
        return answer({ folds: ranges.map(() => null), ...standing });
      },
      "symbol.bars": (_envelope: unknown, { from, to, asOf, limit }: Query) => {
        if (limit === 1_001 || limit === 301)
          return answer({ bars: shown.map((each) => JSON.stringify(each)), asOf });
        asked.push("days of the actor");
        return answer({ bars: within(own, from, to), asOf, ...standing });
      },
    },
    history: {
      bars: async (_envelope, _symbol, _resolution, { from, before }) => {
        asked.push("days of Postgres");
        return answer(within(mirrored, from, before));
      },
      dayFolds: async (_envelope, _symbol, ranges, asOf) => {
        asked.push("folds of Postgres");
        return answer(world.folds?.(ranges, asOf) ?? ranges.map(() => null));
      },
    },
  });
  const response = await edge.fetch("GET", `/v1/symbols/XNAS:AAPL/bars?${query}`);
  const body = (await response.json()) as { bars?: Day[]; code?: string };
  return {
    status: response.status,
    closes: body.bars?.map(({ c }) => c),
    bars: body.bars,
    code: body.code,
    asked,
  };
}

test("as of a moment a close is the one that Postgres knew then", async () => {
  const seen: (number | undefined)[] = [];
  const folds = (ranges: readonly DayRange[], asOf: number | undefined) => {
    seen.push(asOf);
    return ranges.map(() => fold("50"));
  };
  const world = { actions: [dividend(TODAY - 1, "25")], shown: [dayOf(TODAY - 2, "60")], folds };
  const asOf = NOW - 60_000;
  expect(await read(world, `resolution=1D&adjust=all&asOf=${asOf}`)).toMatchObject({
    ...{ closes: ["30"], asked: ["folds of Postgres"] },
  });
  expect(seen).toEqual([asOf]);
});

test("as of a moment an action that was recorded later, or revoked by then, changes nothing", async () => {
  const shown = [dayOf(TODAY - 9, "60")];
  const closes = async (over: Partial<ActionEntry>, asOf: number) =>
    (await read({ actions: [split(TODAY - 5, over)], shown }, `resolution=1D&adjust=all&asOf=${asOf}`))
      .closes;
  expect(await closes({ recordedAt: NOW - 10 }, NOW - 11)).toEqual(["60"]);
  expect(await closes({ recordedAt: NOW - 10 }, NOW - 10)).toEqual(["15"]);
  expect(await closes({ revokedAt: NOW - 10 }, NOW - 11)).toEqual(["15"]);
  expect(await closes({ revokedAt: NOW - 10 }, NOW - 10)).toEqual(["60"]);
  expect(await closes({}, (TODAY - 5) * DAY - 1)).toEqual(["60"]);
});

test("as of a moment inside a week, its days are told one by one: the actor's log knows the one that was forming", async () => {
  const week = { ...dayOf(MONDAY, "100"), h: "400", o: "400", v: "20" };
  const world = {
    ...{ actions: [split(MONDAY + 2)], shown: [week] },
    own: [dayOf(MONDAY + 2, "100")],
    mirrored: [dayOf(MONDAY, "400")],
    standing: { olderThan: (MONDAY + 2) * DAY },
  };
  const asOf = (MONDAY + 2) * DAY + 1;
  const { bars, asked } = await read(world, `resolution=1W&adjust=split&asOf=${asOf}`);
  expect(bars).toMatchObject([{ o: "100", h: "100", l: "100", c: "100", v: "50", vw: "100" }]);
  expect(asked).toEqual(["days of the actor", "days of Postgres"]);
});

test("days that were imported before the actor's own come from Postgres, folded", async () => {
  const world = {
    ...{ actions: [dividend(TODAY - 1, "25")], shown: [dayOf(TODAY - 2, "60")] },
    standing: { olderThan: TODAY * DAY },
    folds: (ranges: readonly DayRange[]) => ranges.map(() => fold("100")),
  };
  expect(await read(world, "resolution=1D&adjust=all")).toMatchObject({
    ...{ closes: ["45"], asked: ["folds of the actor", "folds of Postgres"] },
  });
});

test("days that were imported among the actor's own are told one by one, and its own count", async () => {
  const ex = TODAY - 1;
  const world = {
    ...{ actions: [dividend(ex, "25")], shown: [dayOf(TODAY - 9, "60")] },
    ...{ own: [dayOf(ex - 2, "50")], standing: { olderThan: (ex - 2) * DAY, alsoUntil: TODAY * DAY } },
  };
  const imported = (day: number) =>
    read({ ...world, mirrored: [dayOf(day, "100")] }, "resolution=1D&adjust=all");
  expect((await imported(ex - 3)).closes).toEqual(["30"]);
  expect((await imported(ex - 2)).closes).toEqual(["30"]);
  expect(await imported(ex - 1)).toMatchObject({
    ...{ closes: ["45"], asked: ["folds of the actor", "days of the actor", "days of Postgres"] },
  });
});
