/** Every brick on a real object's storage. The same suites run on node:sqlite: test/actors/runtime/suites.test.ts. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { durableSql } from "../../../actors/runtime/durable-sql.ts";
import { historySuite } from "../../support/suites/history.ts";
import { idempotencySuite } from "../../support/suites/idempotency.ts";
import { inboxSuite } from "../../support/suites/inbox.ts";
import { journalSuite } from "../../support/suites/journal.ts";
import { localMigrationsSuite } from "../../support/suites/local-migrations.ts";
import { mailboxSuite } from "../../support/suites/mailbox.ts";
import { mailboxFailuresSuite } from "../../support/suites/mailbox-failures.ts";
import { outboxSuite } from "../../support/suites/outbox.ts";
import { outboxChunksSuite } from "../../support/suites/outbox-chunks.ts";
import { outboxFailuresSuite } from "../../support/suites/outbox-failures.ts";
import { rememberedTextsSuite } from "../../support/suites/remembered-texts.ts";
import { sqlPortSuite } from "../../support/suites/sql-port.ts";
import { timersSuite } from "../../support/suites/timers.ts";
import type { World } from "../../support/suites/world.ts";
import type { BareActor } from "../bare-actor.ts";

const bare = (env as unknown as { BARE: DurableObjectNamespace<BareActor> }).BARE;

const durableWorld: World = (body) =>
  runInDurableObject(bare.getByName(crypto.randomUUID()), (_instance: BareActor, { storage }) =>
    body(durableSql(storage)),
  );

sqlPortSuite(durableWorld);
localMigrationsSuite(durableWorld);
idempotencySuite(durableWorld);
historySuite(durableWorld);
journalSuite(durableWorld);
rememberedTextsSuite(durableWorld);
inboxSuite(durableWorld);
timersSuite(durableWorld);
mailboxSuite(durableWorld);
outboxSuite(durableWorld);
mailboxFailuresSuite(durableWorld);
outboxChunksSuite(durableWorld);
outboxFailuresSuite(durableWorld);
