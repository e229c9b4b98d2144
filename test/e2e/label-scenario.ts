/** Labels of the built product: lists with totals, changes with their audit, marks of a chart, and Postgres, which has the same. */
import { expect, test } from "vitest";
import { eventually, read } from "../../scripts/faults/audit.ts";
import type { LabelObject, LabelVersionObject } from "../../src/contracts/labels.ts";
import type { World } from "./world.ts";

const SYMBOL = "XTEST:NOTED";
const MARKUP = "<img src=x onerror=alert(1)>\n\té 中文 👩‍👧";
const LABELS = 60;

export function labelScenario(world: () => World): void {
  const T0 = Math.floor(Date.now() / 60_000) * 60_000 - 3_600_000;
  const listed = () => world().all<LabelObject>("/v1/labels");

  test("are put, changed and deleted, and listed page by page with a total", async () => {
    await world().registerInstrument(SYMBOL);
    for (let n = 0; n < LABELS; n++)
      await world().post("/v1/labels", {
        id: `note-${n}`,
        symbol: SYMBOL,
        ts: T0 + n * 1_000,
        text: `${MARKUP} ${n}`,
      });
    for (let n = 0; n < LABELS; n += 3)
      await world().send("PATCH", `/v1/labels/note-${n}`, {
        text: `changed ${n}`,
        metadata: { n, odd: n % 2 === 1 },
      });
    for (let n = 0; n < LABELS; n += 5) await world().send("DELETE", `/v1/labels/note-${n}`);
    const numbers = (await listed()).map(({ id }) => Number(id.slice("note-".length)));
    const left = Array.from({ length: LABELS }, (_, n) => n).filter((n) => n % 5 !== 0);
    expect(numbers).toEqual(left.reverse());
  });

  test("are marks of the symbol, for a key that reads the market alone", async () => {
    const { key } = await world().post<{ key: string }>("/v1/keys", { scopes: ["market:read"] });
    const [from, to] = [T0 / 1_000 + 10, T0 / 1_000 + 20];
    const marks = await world().get<{ id: string[]; time: number[]; text: string[] }>(
      `/udf/k/${key}/marks?symbol=${SYMBOL}&from=${from}&to=${to}&resolution=1`,
    );
    const shown = (await listed()).filter(({ ts }) => from * 1_000 <= ts && ts <= to * 1_000);
    expect(shown.length).toBeGreaterThan(5);
    expect(marks.id).toEqual(shown.map(({ id }) => id));
    expect(marks.time).toEqual(shown.map(({ ts }) => ts / 1_000));
    expect(marks.text).toEqual(shown.map(({ text }) => text));
  });

  test("stand in Postgres as they are, with every version that the audit names", async () => {
    const labels = await listed();
    const versions = () =>
      read(
        world().postgres,
        "SELECT id, body FROM label_version WHERE id LIKE 'note-%' ORDER BY id COLLATE \"C\", version DESC",
      );
    const told: { id: string; version: LabelVersionObject }[] = [];
    const ids = Array.from({ length: LABELS }, (_, n) => `note-${n}`).sort();
    for (const id of ids)
      for (const version of await world().all<LabelVersionObject>(`/v1/labels/${id}/history`))
        told.push({ id, version });
    const stored = await eventually(versions, (rows) => rows.length >= told.length);
    expect(stored.map(({ id, body }) => ({ id, version: JSON.parse(String(body)) }))).toEqual(told);
    const rows = await read(
      world().postgres,
      "SELECT id, text, version FROM label WHERE id LIKE 'note-%' AND deleted_at IS NULL ORDER BY ts DESC",
    );
    expect(rows).toEqual(labels.map(({ id, text, version }) => ({ id, text, version })));
  });
}
