/** A tenant's directory as a real object: names and news outlive eviction and kill, and a repeat changes nothing. */
import { abortAllDurableObjects, evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, expect, test } from "vitest";
import type { Fact } from "../../actors/runtime/fact.ts";
import type { TenantDirectory } from "../../actors/tenant-directory/tenant-directory.ts";
import { amended, batchOf, closed, opened } from "../support/tenant-news.ts";
import { envelopeNow } from "./envelope-now.ts";

const { TENANT_DIRECTORY } = env as unknown as { TENANT_DIRECTORY: DurableObjectNamespace<TenantDirectory> };

let name = "";
beforeEach(() => {
  name = `tenant-${crypto.randomUUID()}`;
});
const directory = () => TENANT_DIRECTORY.getByName(name);
const hear = (...facts: readonly Fact[]) => directory().receive(envelopeNow(), batchOf("main", facts));
const listed = async (): Promise<unknown> => {
  const reply = await directory().strategies(envelopeNow(), { limit: 10 });
  return reply.ok ? reply.value.items.map((item) => JSON.parse(item).name) : reply.code;
};

const STEPS: readonly (() => Promise<unknown>)[] = [
  () => directory().admitStrategy(envelopeNow(), "s1", "main"),
  () => directory().admitAccount(envelopeNow(), "main"),
  () => directory().admitAccount(envelopeNow(), "main"),
  () => directory().admitStrategy(envelopeNow(), "s1", "main"),
  () => directory().admitStrategy(envelopeNow(), "s1", "main"),
  () => hear(opened(1, "s1", "main")),
  () => hear(opened(1, "s1", "main"), amended(3, "s1", "new")),
  () => listed(),
  () => hear(closed(4, "s1"), opened(5, "s2", "main")),
  () => hear(closed(4, "s1"), opened(5, "s2", "main")),
];

async function outcome(evictAfter: (step: number) => boolean): Promise<unknown> {
  name = `tenant-${crypto.randomUUID()}`;
  const replies: unknown[] = [];
  for (const [index, step] of STEPS.entries()) {
    replies.push(await step());
    if (evictAfter(index)) await evictDurableObject(directory());
  }
  const standing = await directory().inspect();
  const accounts = await Promise.all(
    ["main", "other"].map((account) => directory().hasAccount(envelopeNow(), account)),
  );
  const homes = await Promise.all(
    ["s1", "s2", "s3"].map((strategy) => directory().accountOf(envelopeNow(), strategy)),
  );
  return {
    replies,
    accounts,
    homes,
    listed: await listed(),
    lastSeq: standing.ok && standing.value.status.lastSeq,
  };
}

describe("a tenant's directory", () => {
  test("evicted between any pair of steps, or between all of them, ends where one that never was ends", async () => {
    const undisturbed = await outcome(() => false);
    const done = { ok: true, value: null };
    const heard = (watermark: number) => ({ ok: true, value: { watermark } });
    expect(undisturbed).toMatchObject({
      replies: [
        { ok: false, code: "account-unknown" },
        done,
        done,
        done,
        done,
        heard(1),
        heard(3),
        ["new"],
        heard(5),
        heard(5),
      ],
      accounts: [{ value: true }, { value: false }],
      homes: [{ value: "main" }, { value: "main" }, { ok: false, code: "strategy-unknown" }],
      listed: ["name of s2"],
      lastSeq: 2,
    });
    for (let at = 0; at < STEPS.length; at++)
      expect(await outcome((step) => step === at), `evicted after step ${at}`).toEqual(undisturbed);
    expect(await outcome(() => true), "evicted after every step").toEqual(undisturbed);
  });

  test("what was acknowledged is there after a kill, of commands that came together too", async () => {
    const accounts = Array.from({ length: 50 }, (_, index) => `a${index}`);
    await Promise.all(accounts.map((account) => directory().admitAccount(envelopeNow(), account)));
    await abortAllDurableObjects();
    const known = await Promise.all(
      accounts.map((account) => directory().hasAccount(envelopeNow(), account)),
    );
    expect(known).toEqual(accounts.map(() => ({ ok: true, value: true })));
  });

  test("of another tenant knows nothing of it", async () => {
    await directory().admitAccount(envelopeNow(), "main");
    expect(await TENANT_DIRECTORY.getByName(`${name}-other`).hasAccount(envelopeNow(), "main")).toEqual({
      ok: true,
      value: false,
    });
  });
});
