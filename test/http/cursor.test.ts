import { expect, test } from "vitest";
import { Cursors } from "../../src/http/cursor.ts";

const cursors = new Cursors("a".repeat(32));
const BINDING = '["acme","/v1/keys",[]]';

test("a cursor opens to what it was sealed with", async () => {
  for (const after of ["k1", "", "BINANCE:BTCUSDT", "1723075200000", "ключ"]) {
    expect(await cursors.open(BINDING, await cursors.seal(BINDING, after))).toBe(after);
  }
});

test("it opens for no other tenant, path, query or secret", async () => {
  const cursor = await cursors.seal(BINDING, "k1");
  expect(await cursors.open('["other","/v1/keys",[]]', cursor)).toBeUndefined();
  expect(await cursors.open('["acme","/v1/strategies",[]]', cursor)).toBeUndefined();
  expect(await cursors.open('["acme","/v1/keys",[["status","working"]]]', cursor)).toBeUndefined();
  expect(await new Cursors("b".repeat(32)).open(BINDING, cursor)).toBeUndefined();
});

test("a cursor with any letter changed, cut or made up opens to nothing", async () => {
  const cursor = await cursors.seal(BINDING, "k1");
  const changed = (at: number): string =>
    cursor.slice(0, at) + (cursor[at] === "A" ? "B" : "A") + cursor.slice(at + 1);
  // The bits of a last letter may be spare: a change of them is no change of the bytes.
  for (let at = 0; at < cursor.length - 1; at++)
    expect(await cursors.open(BINDING, changed(at))).toBeUndefined();
  for (const other of ["", "a", "not base64!", cursor.slice(0, 40), `${cursor}AAAA`, "A".repeat(512)]) {
    expect(await cursors.open(BINDING, other)).toBeUndefined();
  }
});

test("it is fit for a URL", async () =>
  expect(await cursors.seal(BINDING, "k1")).toMatch(/^[A-Za-z0-9_-]+$/));
