/**
 * A Postgres that has everything at once: it speaks Neon's protocol as far as the mirror does and keeps nothing. Rows that are about
 * the Worker use it, so that facts leave through outbox and archiver as ever and no database takes the machine from them;
 * [archive] is the row about Postgres.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Asked = {
  readonly query?: string;
  readonly params?: readonly unknown[];
  readonly queries?: readonly Statement[];
};
type Statement = { readonly query: string; readonly params: readonly unknown[] };
type Advance = { readonly actor: string; readonly incarnation: string; readonly last_seq: number };

export class MirrorStub {
  readonly databaseUrl: string;
  readonly #server: Server;
  /** Facts that were confirmed, of all actors. */
  transactions = 0;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as AddressInfo; // SAFETY: a TCP server that listens has such an address.
    this.databaseUrl = `postgres://bench:bench@localhost:${port}/bench`;
  }

  static async start(): Promise<MirrorStub> {
    const holder: { stub?: MirrorStub } = {};
    const server = createServer(
      (request, response) => void answer(request, response, holder.stub).catch(() => response.destroy()),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    holder.stub = new MirrorStub(server);
    return holder.stub;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, stub?: MirrorStub): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  // SAFETY: the driver writes one of these two shapes.
  const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
  const { queries } = asked;
  if (stub !== undefined && (queries?.length ?? 0) > 1) stub.transactions += 1;
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify(queries === undefined ? result([]) : { results: queries.map(resultFor) }));
}

/** The statement that reads watermarks back names actors; the one before it says what they are. */
function resultFor(statement: Statement, index: number, all: readonly Statement[]): object {
  if (!statement.query.startsWith("SELECT actor, incarnation, seq")) return result([]);
  const advance = JSON.parse(String(all[index - 1]?.params[0] ?? "[]")) as Advance[];
  return result(advance.map(({ actor, incarnation, last_seq }) => [actor, incarnation, String(last_seq)]));
}

const FIELDS = [
  { name: "actor", dataTypeID: 25 },
  { name: "incarnation", dataTypeID: 25 },
  { name: "seq", dataTypeID: 20 },
].map((field) => ({
  tableID: 0,
  columnID: 0,
  dataTypeSize: -1,
  dataTypeModifier: -1,
  format: "text",
  ...field,
}));

const result = (rows: readonly (readonly string[])[]): object => ({
  command: "SELECT",
  rowCount: rows.length,
  rowAsArray: true,
  fields: FIELDS,
  rows,
});
