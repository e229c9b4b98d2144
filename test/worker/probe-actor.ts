/** The smallest actor there is: tests in workerd drive the runtime's bricks through it. */
import { DurableObject } from "cloudflare:workers";

export class ProbeActor extends DurableObject {
  /** Runs one statement and returns its rows, so that a test sees real SQLite. */
  sql(statement: string): Record<string, SqlStorageValue>[] {
    return this.ctx.storage.sql.exec(statement).toArray();
  }
}
