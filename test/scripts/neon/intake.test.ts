/** Who is let in: the password, the loopback address, and bounds on what is held. */
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { NeonServer } from "../../../scripts/neon/server.ts";
import {
  driver,
  failureOf,
  health,
  post,
  rowsOf,
  startServer,
  temporaryFolder,
  until,
} from "./neon-fixture.ts";

let impatient: NeonServer;
let bounded: NeonServer;
const folder = temporaryFolder();

beforeAll(async () => {
  const bounds = { requestsMax: 3, bodyBytesMax: 2_500, heldBytesMax: 3_000 };
  impatient = await startServer({ dataFolder: join(folder.path, "one"), queueMs: 400 });
  bounded = await startServer({ dataFolder: join(folder.path, "two"), ...bounds });
});
afterAll(async () => {
  await Promise.all([impatient.close(), bounded.close()]);
  folder.remove();
});

test("a wrong password, database or scheme is refused as Neon refuses it, and nothing runs", async () => {
  const server = impatient;
  const { port } = new URL(server.url);
  const refusal = async (connectionString: string) => {
    const headers = { "Neon-Connection-String": connectionString };
    const { status, json } = await post(server, { query: "CREATE TABLE ran ()" }, headers);
    return [status, json.code, json.message];
  };
  const at = (credentials: string, database = "postgres") =>
    `postgresql://${credentials}@127.0.0.1:${port}/${database}`;
  const password = decodeURIComponent(new URL(server.databaseUrl).password);

  expect(await refusal(at("me:wrong"))).toEqual([
    400,
    "28P01",
    "password authentication failed for user 'me'",
  ]);
  expect(await refusal(at(`me:${password}x`))).toEqual([400, "28P01", expect.anything()]);
  expect(await refusal(at("me"))).toEqual([
    400,
    null,
    "missing authentication credentials: required password",
  ]);
  expect(await refusal(at(`:${password}`))).toEqual([400, null, "missing username"]);
  expect(await refusal(at(`me:${password}`, "other"))).toEqual([
    400,
    "3D000",
    'database "other" does not exist',
  ]);
  expect(await refusal(`http://me:${password}@127.0.0.1/postgres`)).toEqual([400, null, "incorrect scheme"]);
  expect(await refusal("nonsense")).toEqual([400, null, "invalid connection string"]);
  expect(await refusal("")).toEqual([400, null, "invalid connection string"]);
  expect(await rowsOf(server, "SELECT to_regclass('ran') AS ran")).toEqual([{ ran: null }]);
});

test("it listens on 127.0.0.1 only, and tells its health to anybody there", async () => {
  const server = impatient;
  const { port } = new URL(server.url);
  expect(await health(server)).toMatchObject({ status: "ok", backend: "pglite", requests: 0, waiting: 0 });
  expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
  expect((await fetch(`${server.url}/sql`)).status).toBe(404);
  expect((await fetch(`${server.url}/faults`)).status).toBe(404);
  const elsewhere = connect({ host: "127.0.0.2", port: Number(port) });
  const failure = await new Promise((resolve) => elsewhere.once("error", resolve).once("connect", resolve));
  elsewhere.destroy();
  expect(failure).toMatchObject({ code: "ECONNREFUSED" });
});

test.each([
  ["no JSON", "{"],
  ["no object", "[]"],
  ["neither query nor queries", "{}"],
  ["a query that is no string", { query: 1 }],
  ["params that are no array", { query: "SELECT 1", params: {} }],
  ["arrayMode that is no boolean", { query: "SELECT 1", arrayMode: "yes" }],
  ["queries that are no objects", { queries: [1] }],
  ["a number beyond 2^53", '{"query": "SELECT $1", "params": [9007199254740993]}'],
  ["half of a surrogate pair", '{"query": "SELECT $1", "params": ["\\ud800"]}'],
])("a body with %s is refused with 400", async (_what, body) => {
  const server = impatient;
  const { status, json } = await post(server, body);
  expect([status, json.message]).toEqual([
    400,
    expect.stringMatching(/^could not parse the HTTP request body: /),
  ]);
});

test("a zero byte is refused as Postgres would refuse it, in the query too", async () => {
  const server = impatient;
  expect((await post(server, { query: "SELECT $1::text", params: ["a\0"] })).json.code).toBe("22021");
  expect((await post(server, { query: "SELECT 1 \0; DROP" })).json.code).toBe("22021");
});

test("JSON parameters become Postgres text", async () => {
  const server = impatient;
  const query =
    "SELECT $1::int AS i, $2::bool AS b, $3::float8 AS f, $4::jsonb AS j, $5::text[] AS a, $6::int[] AS n";
  const params = [1, true, -1.5e-7, { a: "ž" }, ["x,y", 'q"\\', null, "n\nl", "NULL"], [[1], [2]]];
  expect((await post(server, { query, params })).json.rows).toEqual([
    { i: 1, b: true, f: -1.5e-7, j: { a: "ž" }, a: params[4], n: params[5] },
  ]);
});

test("a body beyond its bound is 413, declared or not, and the next request is served", async () => {
  const server = bounded;
  const large = JSON.stringify({ query: `SELECT '${"x".repeat(2600)}'` });
  expect((await post(server, large)).status).toBe(413);
  const chunked = await fetch(`${server.url}/sql`, {
    method: "POST",
    headers: { "Neon-Connection-String": server.databaseUrl },
    body: new Blob([large]).stream(),
    // @ts-expect-error: Node's fetch wants it for a stream, and the Workers types do not know it.
    duplex: "half",
  });
  expect([chunked.status, (await chunked.json()) as object]).toMatchObject([
    413,
    { message: "request is too large (max is 2500 bytes)" },
  ]);
  expect(await rowsOf(server, "SELECT 1 AS a")).toEqual([{ a: 1 }]);
  expect(await health(server)).toMatchObject({ requests: 0 });
});

test("one request more than may be held is refused with 503 before it is read, and the others are served", async () => {
  const server = bounded;
  const held = await Promise.all(
    [1, 2, 3].map((n) => unfinishedRequest(server, `{"query": "SELECT ${n} AS n"}`)),
  );
  await until(async () => (await health(server))["requests"] === 3);

  const refused = await post(server, { query: "SELECT 4 AS n" });
  expect([refused.status, refused.json.code, refused.headers.get("retry-after")]).toEqual([
    503,
    "53300",
    "1",
  ]);
  const replies = await Promise.all(held.map((request) => request.finish()));
  expect(replies.map((reply) => /"n":(\d)/.exec(reply)?.[1])).toEqual(["1", "2", "3"]);
  expect(await rowsOf(server, "SELECT 4 AS n")).toEqual([{ n: 4 }]);
});

test("bytes beyond what may be held are refused with 503", async () => {
  const server = bounded;
  const held = await unfinishedRequest(server, `{"query": "SELECT '${"x".repeat(2000)}' AS x"}`);
  await until(async () => (await health(server))["requests"] === 1);
  const query = `SELECT '${"y".repeat(2000)}' AS y`;
  await until(async () => (await post(server, { query })).status === 503);
  expect(await held.finish()).toContain("xxx");
  expect((await post(server, { query })).status).toBe(200);
});

test("a request that waits too long for its turn is refused with 503 and never runs", async () => {
  const server = impatient;
  await driver(server).query("CREATE TABLE late (n int)");
  const slow = post(server, { query: "SELECT pg_sleep(2)" });
  await until(async () => (await health(server))["requests"] === 1);
  const waited = await post(server, { query: "INSERT INTO late VALUES (1)" });
  expect([waited.status, waited.json.message]).toEqual([503, "too busy: no turn within 400 ms"]);
  expect((await slow).status).toBe(200);
  expect(await rowsOf(server, "SELECT * FROM late")).toEqual([]);
});

test("a request whose client has gone while it waited never runs", async () => {
  const server = bounded;
  await driver(server).query("CREATE TABLE gone (n int)");
  const slow = post(server, { query: "SELECT pg_sleep(1)" });
  await until(async () => (await health(server))["requests"] === 1);
  const client = new AbortController();
  const given = failureOf(
    driver(server).query("INSERT INTO gone VALUES (1)", [], { fetchOptions: { signal: client.signal } }),
  );
  await until(async () => (await health(server))["waiting"] === 1);
  client.abort();
  await given;
  await slow;
  expect(await rowsOf(server, "SELECT * FROM gone")).toEqual([]);
});

/** A request whose last byte is held back: it has its place, and does not run yet. */
async function unfinishedRequest(server: NeonServer, body: string): Promise<{ finish(): Promise<string> }> {
  const socket = connect({ host: "127.0.0.1", port: Number(new URL(server.url).port) });
  const reply = new Promise<string>((resolve, reject) => {
    let text = "";
    socket.setEncoding("utf8").on("data", (chunk) => {
      text += chunk;
    });
    socket.once("end", () => resolve(text)).once("error", reject);
  });
  await new Promise<void>((resolve) => {
    const head = [
      "POST /sql HTTP/1.1",
      "Host: 127.0.0.1",
      "Connection: close",
      `Neon-Connection-String: ${server.databaseUrl}`,
      `Content-Length: ${body.length}`,
    ];
    socket.write(`${head.join("\r\n")}\r\n\r\n${body.slice(0, -1)}`, () => resolve());
  });
  return {
    finish: () => {
      socket.write(body.slice(-1));
      return reply;
    },
  };
}
