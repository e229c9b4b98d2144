/** Runs the statements of one request in one session, as Neon's proxy does: a batch is one transaction. */
import { errorReply, type Reply, renderResult, resultReply } from "./reply.ts";
import { echoedHeaders, ISOLATION_SQL, parsePayload, type RequestOptions } from "./request.ts";
import { ResponseTooLarge, SqlError } from "./sql-error.ts";
import type { Session, Statement, StatementResult } from "./statement.ts";

/** Rejects only when the session is lost: whether the request took effect is then unknown. */
export async function execute(
  session: Session,
  body: Uint8Array,
  options: RequestOptions,
  bytesMax: number,
): Promise<Reply> {
  try {
    const payload = parsePayload(body);
    if (payload.kind === "batch") return await runBatch(session, payload.statements, options, bytesMax);
    const result = await session.query(payload.statement, bytesMax);
    return resultReply(renderResult(result, payload.statement, options));
  } catch (error) {
    const reply = errorReply(error instanceof ResponseTooLarge ? new ResponseTooLarge(bytesMax) : error);
    if (reply === undefined) throw error;
    return reply;
  }
}

async function runBatch(
  session: Session,
  statements: readonly Statement[],
  options: RequestOptions,
  bytesMax: number,
): Promise<Reply> {
  await command(session, beginSql(options));
  let results: string[];
  try {
    results = await runInOrder(session, statements, options, bytesMax);
  } catch (error) {
    // A lost session rolls back by itself, and this statement then says that it is lost.
    await command(session, "ROLLBACK");
    throw error;
  }
  const end = await command(session, "COMMIT");
  // Postgres answers COMMIT of a failed transaction with ROLLBACK and no error.
  if (end.command !== "COMMIT") throw new SqlError("the transaction was rolled back", { code: "25P02" });
  return resultReply(`{"results":[${results.join(",")}]}`, echoedHeaders(options));
}

async function runInOrder(
  session: Session,
  statements: readonly Statement[],
  options: RequestOptions,
  bytesMax: number,
): Promise<string[]> {
  const results: string[] = [];
  let bytesLeft = bytesMax;
  for (const statement of statements) {
    const result = await session.query(statement, bytesLeft);
    bytesLeft -= result.bytes;
    results.push(renderResult(result, statement, options));
  }
  return results;
}

function beginSql(options: RequestOptions): string {
  const modes = [
    options.isolationLevel && `ISOLATION LEVEL ${ISOLATION_SQL[options.isolationLevel]}`,
    options.readOnly && "READ ONLY",
    options.deferrable && "DEFERRABLE",
  ].filter(Boolean);
  return `START TRANSACTION ${modes.join(", ")}`;
}

/** The commands of this file return no rows. */
function command(session: Session, sql: string): Promise<StatementResult> {
  return session.query({ query: sql, params: [] }, 0);
}
