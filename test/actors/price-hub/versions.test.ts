import { describe, expect, test } from "vitest";
import { CADENCE_MS } from "../../../actors/price-hub/delivery.ts";
import { BTC, HubBench, instrument, markAt, SHARD, update } from "./bench.ts";

/** Its subscriber has heard where the symbol stands. */
async function following(): Promise<HubBench> {
  const bench = new HubBench();
  bench.marks.set(BTC, markAt(0));
  await bench.subscribe(SHARD, BTC);
  await bench.pass(10_000);
  bench.sent.length = 0;
  return bench;
}

describe("a subscriber of the version before", () => {
  test("is told in objects what it could not read as text, and hears everything once", async () => {
    const bench = await following();
    bench.isOld = true;
    bench.formats.length = 0;
    for (let n = 1; n <= 3; n++) {
      await bench.push(update(BTC, n, n, n === 2 ? { instrument: instrument(BTC, 2) } : {}));
      await bench.pass(CADENCE_MS);
    }
    expect(bench.takeSent(SHARD).map(({ updates }) => updates)).toEqual([
      [update(BTC, 1, 1)],
      [update(BTC, 2, 2, { instrument: instrument(BTC, 2) })],
      [update(BTC, 3, 3)],
    ]);
    expect(bench.formats).toEqual(["text", "objects", "text", "objects", "text", "objects"]);
    bench.isOld = false;
    await bench.push(update(BTC, 4, 4));
    await bench.pass(CADENCE_MS);
    expect(bench.formats.slice(6)).toEqual(["text"]);
  });

  test("one that fails for another reason is not told twice", async () => {
    const bench = await following();
    bench.formats.length = 0;
    bench.replies.set(SHARD, () => Promise.reject(new Error("away")));
    await bench.push(update(BTC, 1, 1));
    await bench.pass(1);
    expect(bench.formats).toEqual(["text"]);
  });
});
