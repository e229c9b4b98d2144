/** Cron on the product itself: the minute's audit names an actor whose mirror was tampered with, and the daily upkeep makes months ahead. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventually, read } from "../../scripts/faults/audit.ts";
import type { World } from "./world.ts";

const TAMPERED = "instrument-directory:instruments";

/** `workerLog` is the file that the Worker's lines go to; `url` the platform, whose cron handler answers on this machine only. */
export function upkeepScenario(world: () => World, place: () => { workerLog: string; url: string }): void {
  const fire = (cron: string): Promise<Response> =>
    fetch(`${place().url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`);
  const driftLines = (): string[] =>
    readFileSync(place().workerLog, "utf8")
      .split("\n")
      .filter((line) => line.includes('"drift"') && line.includes(TAMPERED));

  test("an audit finds nothing wrong with what is whole, and names an actor whose watermark was set back", async () => {
    expect((await fire("* * * * *")).ok).toBe(true);
    expect(driftLines()).toEqual([]);
    const set = (change: string) =>
      read(
        world().postgres,
        `UPDATE actor_watermark SET seq = seq ${change} 1 WHERE actor = $1 RETURNING seq`,
        TAMPERED,
      );
    await set("-");
    await fire("* * * * *");
    const lines = await eventually(
      async () => driftLines(),
      (found) => found.length > 0,
    );
    await set("+");
    expect(lines[0]).toContain("mirror-behind");
  });

  test("the daily upkeep makes the partitions of the month to come", async () => {
    expect((await fire("5 0 * * *")).ok).toBe(true);
    const next = new Date();
    next.setUTCMonth(next.getUTCMonth() + 1, 1);
    const name = `bar_${next.toISOString().slice(0, 7).replace("-", "_")}`;
    const made = () => read(world().postgres, "SELECT to_regclass($1)::text AS made", name);
    const rows = await eventually(made, (found) => found[0]?.made === name);
    expect(rows).toEqual([{ made: name }]);
  });
}
