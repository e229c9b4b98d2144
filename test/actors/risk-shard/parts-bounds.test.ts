import { describe, expect, test } from "vitest";
import { POSITIONS_MAX } from "../../../actors/risk-shard/capacity.ts";
import { PART_PAGES_MAX } from "../../../actors/risk-shard/parts-rows.ts";
import { FLAT } from "../../../src/domain/position.ts";
import { DAY_MS } from "../../../src/domain/time.ts";
import { AAPL, MSFT, WIDE } from "./bench.ts";
import { PartsBench } from "./parts-bench.ts";

async function fenced(): Promise<PartsBench> {
  const bench = new PartsBench(2);
  await bench.part(0).ready([WIDE]);
  await bench.part(0).send({ symbol: MSFT });
  await bench.part(0).fill("o1", "3");
  await bench.adopt();
  return bench;
}
const rows = (bench: PartsBench, part: number, table: string): number =>
  bench.part(part).sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`)[0]!.n;

describe("bounds of a part", () => {
  test("bound risk-shard/table:part_standing: there is one row however often its part changes", async () => {
    const bench = await fenced();
    for (const to of [1, 0, 1]) await bench.move([MSFT], to);
    expect([rows(bench, 0, "part_standing"), rows(bench, 1, "part_standing")]).toEqual([1, 1]);
  });

  test("bound risk-shard/table:part_page: a further page is refused, and nothing of the move is lost", async () => {
    const bench = await fenced();
    const move = bench.moveOf([MSFT], 1);
    await bench.fence(move);
    for (let number = 0; number < PART_PAGES_MAX; number++)
      await bench.tell(1, { type: "import", move, number, page: "[]" });
    const over = { type: "import", move, number: PART_PAGES_MAX, page: "[]" } as const;
    expect(await bench.code(1, over)).toBe("too-many");
    expect(rows(bench, 1, "part_page")).toBe(PART_PAGES_MAX);
    for (const part of [0, 1]) await bench.tell(part, { type: "abort", move: move.id });
    expect(rows(bench, 1, "part_page")).toBe(0);
    expect(bench.part(0).state.positions.size).toBe(1);
  });

  test("a part that has no room for what moves refuses its page, before anything has moved", async () => {
    const bench = await fenced();
    const { positions } = bench.part(1).state;
    for (let index = 0; index < POSITIONS_MAX; index++)
      positions.set(`${AAPL}/s${index}`, { symbol: AAPL as never, strategy: `s${index}`, position: FLAT });
    const move = bench.moveOf([MSFT], 1);
    await bench.fence(move);
    await expect(bench.copy(move)).rejects.toThrow("too-many");
    expect(rows(bench, 1, "part_page")).toBe(0);
  });

  test("bound risk-shard/table:moved_line: as many rows as lines that moved in the day, and none after its close", () =>
    movedInDay((bench) => bench.parts.map((_, index) => rows(bench, index, "moved_line"))));

  test("bound risk-shard/state:moved-lines: as many as moved in the day, and none after its close", () =>
    movedInDay((bench) => bench.parts.map(({ state }) => state.losses.moved.size)));

  test("bound risk-shard/memory:leavingOrders: as many as are known here, and none once they have left", async () => {
    const bench = await fenced();
    const { parts } = bench.part(0).desk;
    expect(parts.leavingOrders).toBe(0);
    const move = bench.moveOf([MSFT], 1);
    await bench.fence(move);
    const pages = await bench.copy(move);
    expect(parts.leavingOrders).toBe(1);
    await bench.cut(move, pages);
    expect(parts.leavingOrders).toBe(0);
  });
});

/** A symbol moves there, back and there again within a day; then the day closes. */
async function movedInDay(counts: (bench: Awaited<ReturnType<typeof fenced>>) => number[]): Promise<void> {
  const bench = await fenced();
  const [main, other] = [bench.part(0), bench.part(1)];
  const pass = async (): Promise<void> => {
    for (const part of bench.parts) {
      part.clock.pass(DAY_MS);
      await part.desk.wake(part.timers.takeDue(part.clock.now()));
    }
  };
  await main.price(MSFT, { last: "110" });
  other.platform.marks.set(MSFT, main.platform.marks.get(MSFT)!);
  await pass();
  for (const to of [1, 0, 1]) await bench.move([MSFT], to);
  expect(counts(bench)).toEqual([1, 1]);
  other.restart();
  expect(counts(bench)[1]).toBe(1);
  await pass();
  expect(counts(bench)).toEqual([0, 0]);
}
