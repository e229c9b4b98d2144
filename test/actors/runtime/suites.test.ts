/** Every brick on node:sqlite. The same suites run inside workerd: test/worker/runtime/suites.test.ts. */
import { nodeWorld } from "../../support/node-world.ts";
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

sqlPortSuite(nodeWorld);
localMigrationsSuite(nodeWorld);
idempotencySuite(nodeWorld);
historySuite(nodeWorld);
journalSuite(nodeWorld);
rememberedTextsSuite(nodeWorld);
inboxSuite(nodeWorld);
timersSuite(nodeWorld);
mailboxSuite(nodeWorld);
outboxSuite(nodeWorld);
mailboxFailuresSuite(nodeWorld);
outboxChunksSuite(nodeWorld);
outboxFailuresSuite(nodeWorld);
