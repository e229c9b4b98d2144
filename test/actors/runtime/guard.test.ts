/** The breaker before real calls: who is let through, what is written and said when it turns, and what an eviction leaves. */
import { describe, expect, test } from "vitest";
import { BREAKER_TABLE, BREAKERS_MAX, BreakerRows } from "../../../actors/runtime/breaker-rows.ts";
import { BreakerOpenError, Guard, lineOf } from "../../../actors/runtime/guard.ts";
import type { Sql } from "../../../actors/runtime/sql.ts";
import { memorySql } from "../../support/node-sql.ts";
import { at, FakeClock, START } from "../../support/runtime-fakes.ts";

class Refused extends Error {}

function bench(sql: Sql = tables()) {
  const clock = new FakeClock();
  const lines: object[] = [];
  const rows = new BreakerRows(sql);
  const load = () =>
    new Guard({
      ...{ name: "postgres", clock, randomFraction: () => 0, loaded: rows.load("postgres") },
      isAnswer: (error) => error instanceof Refused,
      turned: (state, cause) => {
        rows.turned("postgres", state);
        lines.push(lineOf("postgres", state, cause));
      },
    });
  return { clock, lines, load, sql, rows };
}

function tables(): Sql {
  const sql = memorySql();
  sql.exec(BREAKER_TABLE);
  return sql;
}

const away = () => Promise.reject(new Error("connection refused"));
const fail = async (guard: Guard, times: number) => {
  for (let call = 0; call < times; call++)
    await expect(guard.run(away)).rejects.toThrow("connection refused");
};

describe("a guard", () => {
  test("passes on what a call ends with, and a refusal of who is there opens nothing", async () => {
    const { load } = bench();
    const guard = load();
    expect(await guard.run(async () => "done")).toBe("done");
    for (let call = 0; call < 30; call++)
      await expect(guard.run(() => Promise.reject(new Refused("no")))).rejects.toThrow(Refused);
    expect(guard.standing).toMatchObject({ name: "postgres", state: "closed" });
  });

  test("makes no call while it is open, and says for how long", async () => {
    const { clock, load } = bench();
    const guard = load();
    await fail(guard, 5);
    clock.pass(2_000);
    let calls = 0;
    const refused = await guard.run(async () => void calls++).catch((error: unknown) => error);
    expect([refused, calls]).toEqual([expect.any(BreakerOpenError), 0]);
    expect(refused).toMatchObject({ retryAfterMs: 3_000 });
    expect(guard.openForMs).toBe(3_000);
  });

  test("is not probed by whoever only looks", async () => {
    const { clock, load, lines } = bench();
    const guard = load();
    await fail(guard, 5);
    clock.pass(5_000);
    expect([guard.openForMs, guard.standing.state]).toEqual([undefined, "half-open"]);
    expect(lines).toHaveLength(1);
    await guard.run(async () => {});
    expect(guard.standing.state).toBe("closed");
  });

  test("a probe that Postgres refuses closes it: somebody was there", async () => {
    const { clock, load } = bench();
    const guard = load();
    await fail(guard, 5);
    clock.pass(5_000);
    await expect(guard.run(() => Promise.reject(new Refused("no")))).rejects.toThrow(Refused);
    expect(guard.standing.state).toBe("closed");
  });

  test("each turn is one line, and nothing else is", async () => {
    const { clock, load, lines } = bench();
    const guard = load();
    await fail(guard, 5);
    for (let call = 0; call < 10; call++) await guard.run(away).catch(() => {});
    clock.pass(5_000);
    await fail(guard, 1);
    clock.pass(10_000);
    await guard.run(async () => {});
    await guard.run(async () => {});
    const opened = { level: "warn", event: "breaker-opened" };
    const probes = { level: "info", event: "breaker-probes", fields: { breaker: "postgres" } };
    const fields = { breaker: "postgres", reason: "connection refused" };
    expect(lines).toEqual([
      { ...opened, fields: { ...fields, forMs: 5_000 } },
      probes,
      { ...opened, fields: { ...fields, forMs: 10_000 } },
      probes,
      { level: "info", event: "breaker-closed", fields: { breaker: "postgres" } },
    ]);
  });
});

describe("an eviction", () => {
  const rowsOf = (sql: Sql) => sql.exec("SELECT name, since, until, open_ms FROM breaker");

  test("leaves it open for as long as it was, and its next open time doubled", async () => {
    const { clock, load } = bench();
    await fail(load(), 5);
    clock.pass(1_000);
    const second = load();
    expect(second.openForMs).toBe(4_000);
    clock.pass(4_000);
    await fail(second, 1);
    expect(load().openForMs).toBe(10_000);
    expect(load().standing).toEqual({ name: "postgres", state: "open", since: at(5_000) });
  });

  test("during the probe has the next load probe", async () => {
    const { clock, load } = bench();
    const guard = load();
    await fail(guard, 5);
    clock.pass(5_000);
    void guard.run(() => new Promise<never>(() => {}));
    expect(await load().run(async () => "second probe")).toBe("second probe");
  });

  test("after it closed finds nothing on disk", async () => {
    const { clock, load, sql } = bench();
    const guard = load();
    await fail(guard, 5);
    expect(rowsOf(sql)).toEqual([{ name: "postgres", since: START, until: START + 5_000, open_ms: 5_000 }]);
    clock.pass(5_000);
    await guard.run(async () => {});
    expect(rowsOf(sql)).toEqual([]);
    expect(load().standing.state).toBe("closed");
  });

  test("calls that do not turn it write nothing", async () => {
    const written: string[] = [];
    const sql = tables();
    const { load } = bench({
      ...sql,
      exec: (statement, ...bindings) => {
        if (!statement.startsWith("SELECT")) written.push(statement);
        return sql.exec(statement, ...bindings);
      },
    });
    const guard = load();
    await fail(guard, 4);
    await guard.run(async () => {});
    expect(written).toEqual([]);
    await fail(guard, 5);
    expect(written).toHaveLength(1);
  });
});

test("bound runtime/table:breaker: a further breaker is a failed assertion", () => {
  const { rows } = bench();
  const open = (openMs: number) =>
    ({ state: "open", turn: 1, since: START, until: at(openMs), openMs }) as const;
  for (let name = 0; name < BREAKERS_MAX; name++) rows.turned(`breaker-${name}`, open(5_000));
  rows.turned("breaker-0", open(10_000));
  expect(() => rows.turned("one too many", open(5_000))).toThrow("fixed in code");
  expect(rows.load("breaker-0")?.openMs).toBe(10_000);
});
