import { describe, expect, test } from "vitest";
import { answer } from "../../actors/runtime/reply.ts";
import { UDF_BARS_MAX } from "../../src/contracts/udf.ts";
import { fakeEdge, listed, NOW } from "../support/fake-edge.ts";

const AAPL = "XNAS:AAPL";
const HISTORY = `/udf/history?symbol=${AAPL}&resolution=1`;

type Body = Record<string, unknown>;
const bodyOf = async (response: Response): Promise<Body> => (await response.json()) as Body;

describe("history", () => {
  const MINUTE = 60_000;
  const bar = (t: number) =>
    JSON.stringify({ t, o: "1", h: "1.10", l: "0.9", c: "1.0", v: "5", n: 1, state: "final" });
  type Query = { from?: number; to: number; limit: number; resolution: string };

  /** Bars at these minutes; those before `kept` only Postgres has. */
  async function world(starts: readonly number[], kept = 0) {
    const asked: { actor: Query[]; older: object[] } = { actor: [], older: [] };
    const within = (
      chosen: readonly number[],
      { from = 0, to, limit }: { from?: number; to: number; limit: number },
    ) =>
      chosen
        .filter((t) => t >= from && t < to)
        .slice(-limit)
        .map(bar);
    const edge = await fakeEdge({
      answers: {
        "symbol.bars": (_envelope: unknown, query: Query) => {
          asked.actor.push(query);
          const bars = within(
            starts.filter((t) => t >= kept),
            query,
          );
          return answer({ bars, ...(kept === 0 || bars.length >= query.limit ? {} : { olderThan: kept }) });
        },
      },
      history: {
        bars: async (_envelope, _symbol, _resolution, { before, ...range }) => {
          asked.older.push(range);
          return answer(
            within(
              starts.filter((t) => t < kept),
              { ...range, to: before },
            ),
          );
        },
      },
    });
    const history = async (query: string) => bodyOf(await edge.fetch("GET", `${HISTORY}&${query}`));
    return { asked, history };
  }
  const start = NOW - (NOW % MINUTE) - 60 * MINUTE;
  const times = Array.from({ length: 50 }, (_, minute) => start + minute * MINUTE);
  const seconds = (t: number): number => t / 1_000;

  test("a whole page is one call of the actor and at most one query of Postgres", async () => {
    const { asked, history } = await world(times, times[30]);
    const body = await history(`from=0&to=${seconds(NOW)}&countback=40`);
    expect(body["t"]).toEqual(times.slice(-40).map(seconds));
    expect([asked.actor.length, asked.older.length]).toEqual([1, 1]);
    await history(`from=0&to=${seconds(NOW)}&countback=5`);
    expect([asked.actor.length, asked.older.length]).toEqual([2, 1]);
  });

  test("no more than the cap is asked for", async () => {
    const { asked, history } = await world(times);
    await history(`from=0&to=${seconds(NOW)}&countback=99999`);
    await history(`from=0&to=${seconds(NOW)}`);
    expect(asked.actor.map(({ limit }) => limit)).toEqual([UDF_BARS_MAX, UDF_BARS_MAX]);
  });

  test("an empty range with older bars is a gap, and the hint is the newest of them", async () => {
    for (const kept of [0, times[30]]) {
      const { history } = await world(times, kept);
      const gap = await history(`from=${seconds(NOW) - 300}&to=${seconds(NOW)}`);
      expect(gap).toEqual({ s: "no_data", nextTime: seconds(times.at(-1) ?? 0) });
    }
  });

  test("a range that ends before it begins is a gap too: a follow-up page of an adapter may be one", async () => {
    const { history } = await world(times);
    const to = seconds(times[10] ?? 0);
    expect(await history(`from=${seconds(NOW)}&to=${to}`)).toEqual({
      s: "no_data",
      nextTime: seconds(times[9] ?? 0),
    });
  });

  test("where nothing is older there is no hint", async () => {
    const { history } = await world(times);
    const first = seconds(start);
    expect(await history(`from=1&to=${first}`)).toEqual({ s: "no_data" });
    expect(await history(`from=1&to=${first}&countback=10`)).toEqual({ s: "no_data" });
  });

  test.each([
    ["D", "1D"],
    ["1D", "1D"],
    ["60", "60"],
    ["W", "1W"],
  ])("resolution %s is our %s", async (asked, ours) => {
    const seen: string[] = [];
    const { fetch } = await fakeEdge({
      answers: {
        "symbol.bars": (_envelope: unknown, { resolution }: Query) => {
          seen.push(resolution);
          return answer({ bars: [] });
        },
      },
    });
    await fetch("GET", `/udf/history?symbol=${AAPL}&resolution=${asked}&to=1700000000&countback=1`);
    expect(seen).toEqual([ours]);
  });

  test("a symbol whose trading hours are changed is shown at its new days within a minute", async () => {
    const midnight = Date.UTC(2024, 7, 6, 4);
    let session = "0930-1600";
    const edge = await fakeEdge({
      answers: {
        "symbol.bars": () => answer({ bars: [bar(midnight - 7 * 60 * MINUTE)] }),
        "instrumentDirectory.named": (_envelope: unknown, names: string[]) =>
          answer(
            names.map((name) => JSON.stringify(listed(name, { timezone: "America/New_York", session }))),
          ),
      },
    });
    const timeOf = async (): Promise<unknown> => {
      const path = `/udf/history?symbol=${AAPL}&resolution=1D&to=${NOW / 1_000}&countback=1`;
      return (await bodyOf(await edge.fetch("GET", path)))["t"];
    };
    const dates = (date: number) => [Date.UTC(2024, 7, date) / 1_000];
    expect(await timeOf()).toEqual(dates(5));
    // Days roll at 17:00 from now on: that evening is of the day after.
    session = "1700-1700";
    edge.clock.at = (edge.clock.at + 59_000) as typeof NOW;
    expect(await timeOf()).toEqual(dates(5));
    edge.clock.at = (edge.clock.at + 1_000) as typeof NOW;
    expect(await timeOf()).toEqual(dates(6));
  });

  test("the directory is asked once about a symbol, and each time about another name", async () => {
    const edge = await fakeEdge({
      answers: {
        "symbol.bars": () => answer({ bars: [] }),
        "instrumentDirectory.named": (_envelope: unknown, names: string[]) =>
          answer(names.map(() => JSON.stringify(listed(AAPL)))),
      },
    });
    for (const name of [AAPL, AAPL, "AAPL", "AAPL"])
      await edge.fetch("GET", `/udf/history?symbol=${name}&resolution=1&to=1700000000&countback=1`);
    expect(edge.calls.filter(({ method }) => method === "named")).toHaveLength(3);
    expect(edge.calls.filter(({ method }) => method === "known")).toHaveLength(0);
  });
});
