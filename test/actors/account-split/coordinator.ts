/** A coordinator with its mailbox and disk in memory, over parts that do as they are told. */
import { expect } from "vitest";
import { SplitDesk } from "../../../actors/account-split/desk.ts";
import { LANES } from "../../../actors/account-split/lanes.ts";
import type { PartFences } from "../../../actors/account-split/quotas.ts";
import { MIGRATIONS } from "../../../actors/account-split/store.ts";
import type { PartsWork } from "../../../actors/risk-shard/parts-messages.ts";
import { migrateLocally } from "../../../actors/runtime/local-migrations.ts";
import { Mailbox } from "../../../actors/runtime/mailbox.ts";
import { Outbox } from "../../../actors/runtime/outbox.ts";
import { type ActorReply, answer } from "../../../actors/runtime/reply.ts";
import { Timers } from "../../../actors/runtime/timers.ts";
import { Vitals } from "../../../actors/runtime/vitals.ts";
import { memorySql } from "../../support/node-sql.ts";
import { Destinations, envelope, FakeAlarm, FakeClock } from "../../support/runtime-fakes.ts";
import { FakePart } from "./split-world.ts";

const CALL_MS = 10_000;

/** Its parts do as they are told; `before` is waited for. */
export function coordinator(
  before: (part: number, work: PartsWork) => Promise<void>,
  fences: PartFences = { fencedParts: async () => answer([]), admit: async () => answer("{}") },
  atPartZero: () => Promise<ActorReply<string>> = async () => answer("put"),
) {
  const [sql, clock, actor] = [memorySql(), new FakeClock(), "account-split:t/main"];
  migrateLocally(sql, MIGRATIONS);
  const timers = new Timers(sql, new FakeAlarm(), actor);
  const outbox = new Outbox({
    ...{ sql, clock, timers, actor, deliver: new Destinations().deliver },
    ...{ randomFraction: () => 0.5, newIncarnation: () => "incarnation" },
  });
  const writers: { write(): void }[] = [];
  const mailbox = new Mailbox<keyof typeof LANES>({
    ...{ lanes: LANES, clock, transaction: (work) => sql.transaction(work) },
    write: () => {
      for (const writer of [...writers, outbox, timers]) writer.write();
    },
    abort: (reason) => expect.unreachable(`aborted: ${reason}`),
    growthRefusal: () => outbox.growthRefusal(),
    hardRefusal: () => outbox.hardRefusal(),
    committed: () => undefined,
    arm: (run) => run(),
  });
  const vitals = new Vitals({ actor, clock });
  const writes = (...more: { write(): void }[]): void => void writers.push(...more);
  const parts = Array.from({ length: 2 }, (_, part) => new FakePart(part));
  const riskShard = (_tenant: string, account: string) => {
    const part = account === "main" ? 0 : 1;
    return {
      parts: async (_envelope: unknown, work: PartsWork) => {
        await before(part, work);
        return answer(JSON.stringify(parts[part]?.do(work) ?? null));
      },
      putLimits: atPartZero,
    };
  };
  // SAFETY: nothing else of an account is called.
  const ports = { actors: { riskShard } as never, log: () => undefined };
  const quotas = {
    ...{ put: async () => false, open: async () => undefined, release: async () => undefined },
    ...fences,
  };
  const bricks = { sql, clock, timers, outbox, mailbox, vitals, writes };
  const desk = new SplitDesk({ tenant: "t", account: "main" }, bricks, ports, quotas);
  const asked = (waitMs = CALL_MS) => envelope(clock.now() + waitMs);
  return {
    desk,
    split: () => desk.split(asked(), JSON.stringify({ shards: 2 })),
    limits: (waitMs = CALL_MS) => desk.change(asked(waitMs), { type: "limits", body: "{}" } as never),
  };
}
