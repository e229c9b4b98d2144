/** The variables of the Worker in tests: nobody listens at its DATABASE_URL, since what runs in workerd here needs no Postgres. */
import { createHash, randomBytes } from "node:crypto";

const rootKey = `ok_root_${randomBytes(32).toString("base64url")}`;

export const WORKER_VARIABLES = {
  DATABASE_URL: "postgres://nobody@127.0.0.1:1/none",
  LOG_LEVEL: "error",
  CURSOR_KEY: randomBytes(32).toString("base64url"),
  ROOT_KEY_SHA256: createHash("sha256").update(rootKey).digest("hex"),
  /** For the tests alone: the Worker knows its digest. */
  TEST_ROOT_KEY: rootKey,
};
