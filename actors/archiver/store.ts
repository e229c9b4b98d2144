/** All that an archiver keeps on its disk: whether Postgres is to be left alone. Facts stay with their actors. */
import { BREAKER_TABLE } from "../runtime/breaker-rows.ts";
import type { LocalMigration } from "../runtime/local-migrations.ts";

export const MIGRATIONS: readonly LocalMigration[] = [{ id: 1, statements: [BREAKER_TABLE] }];
