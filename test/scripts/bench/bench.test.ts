import { describe, expect, test } from "vitest";
import { requestBytes } from "../../../scripts/bench/http-load.ts";
import { alternate, median, quantile } from "../../../scripts/bench/rounds.ts";
import { figure, type Row, reached, rowObject, tableText } from "../../../scripts/bench/table.ts";
import { workerdConfig } from "../../../scripts/bench/workerd-config.ts";

const row: Row = { id: "order-http", value: 1_500, limit: 3_000, unit: "req/s", target: { atLeast: 0.5 } };

describe("figures", () => {
  test("the median is the middle one, or between the two in the middle", () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(quantile([1, 2, 3, 4, 5], 1)).toBe(5);
    expect(median([])).toBeNaN();
  });

  test("rounds alternate who begins, and the first of each counts nowhere", async () => {
    const asked: string[] = [];
    const side = (name: string) => async (round: number) => {
      asked.push(`${name}${round}`);
      return round;
    };
    const taken = await alternate(2, { ours: side("o"), limit: side("l") });
    expect(asked).toEqual(["o0", "l0", "l1", "o1", "o2", "l2"]);
    expect(taken).toEqual({ ours: [1, 2], limit: [1, 2] });
  });
});

describe("the table", () => {
  test("a row passes at its target and not below it", () => {
    expect(reached(row)).toBe(true);
    expect(reached({ ...row, value: 1_499 })).toBe(false);
    expect(reached({ ...row, target: { atMost: 0.4 } })).toBe(false);
    expect(reached({ id: "itty", value: 1, limit: 2, unit: "req/s" })).toBeUndefined();
    expect(
      reached({ id: "price-hub", value: 400, unit: "ms", target: { atMost: 500 }, absolute: true }),
    ).toBe(true);
  });

  test("people read one line for each row", () => {
    expect(
      tableText([
        row,
        { ...row, id: "order-http.p50", value: 9, limit: 3, target: { atMost: 2 }, unit: "ms" },
      ]),
    ).toMatchInlineSnapshot(`
        "id               ours  limit  unit   ratio  target        note
        order-http      1,500  3,000  req/s   0.50  ≥ 0.5   pass
        order-http.p50   9.00   3.00  ms      3.00  ≤ 2     MISS
        "
      `);
  });

  test("programs read id, value, unit, limit, ratio and target", () => {
    expect(rowObject(row)).toEqual({
      ...{ id: "order-http", value: 1_500, unit: "req/s", limit: 3_000, ratio: 0.5, target: "≥ 0.5" },
    });
    expect(rowObject({ id: "memory", value: 1 / 3, unit: "MB" })).toMatchObject({
      limit: null,
      ratio: null,
      target: null,
    });
  });

  test("a figure has the digits that matter", () => {
    expect([12_345.6, 123.4, 12.345, 0.01234].map(figure)).toEqual(["12,346", "123", "12.35", "0.0123"]);
  });
});

test("a request is what HTTP wants, with its length in bytes", () => {
  const bytes = requestBytes("POST", "/v1/ticks", { Authorization: "Bearer k" }, "€");
  expect(bytes.toString()).toBe(
    "POST /v1/ticks HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer k\r\nContent-Length: 3\r\n\r\n€",
  );
});

test("the configuration binds each actor with SQLite on disk, and quotes what it is given", () => {
  const config = workerdConfig({
    ...{ port: 1, module: "worker.js", compatibilityDate: "2026-11-01", objects: "/tmp/o" },
    actors: { SYMBOL: "SymbolActor" },
    variables: { CURSOR_KEY: 'a"b\\c' },
  });
  expect(config).toContain('(className = "SymbolActor", uniqueKey = "bench-SymbolActor", enableSql = true)');
  expect(config).toContain('(name = "SYMBOL", durableObjectNamespace = "SymbolActor")');
  expect(config).toContain('(name = "CURSOR_KEY", text = "a\\"b\\\\c")');
  expect(config).toContain('durableObjectStorage = (localDisk = "objects")');
});
