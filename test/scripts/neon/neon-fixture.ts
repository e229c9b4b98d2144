/** Starts local Neon servers for tests, and speaks to them with the real driver or in plain HTTP. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FullQueryResults, neon, neonConfig } from "@neondatabase/serverless";
import { onTestFinished } from "vitest";
import { type NeonServer, type NeonServerOptions, startNeonServer } from "../../../scripts/neon/server.ts";

neonConfig.fetchEndpoint = (host, port) => `http://${host}:${port}/sql`;

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "outcry-neon-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** A server for one test, gone when the test is. */
export async function serverForTest(options: Partial<NeonServerOptions> = {}): Promise<NeonServer> {
  const folder = temporaryFolder();
  onTestFinished(() => folder.remove());
  const server = await startServer({ dataFolder: join(folder.path, "pg"), ...options });
  onTestFinished(() => server.close());
  return server;
}

export function startServer(options: Partial<NeonServerOptions>): Promise<NeonServer> {
  return startNeonServer({ port: 0, password: randomBytes(12).toString("hex"), ...options });
}

/** The driver with full results, so that command, count and fields can be looked at. */
export function driver(server: NeonServer) {
  return neon(server.databaseUrl, { fullResults: true });
}

export async function rowsOf(server: NeonServer, query: string, params: unknown[] = []) {
  return (await driver(server).query(query, params)).rows as FullQueryResults<false>["rows"];
}

export interface PlainReply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look at whatever JSON came back.
  readonly json: any;
}

/** The protocol without a driver. A string body is sent as it is. */
export async function post(
  server: NeonServer,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  path = "/sql",
  method = "POST",
): Promise<PlainReply> {
  const response = await fetch(`${server.url}${path}`, {
    method,
    headers: { "Neon-Connection-String": server.databaseUrl, ...headers },
    body: typeof body === "string" || body === undefined ? (body ?? null) : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, json: JSON.parse(text) };
}

export async function health(server: NeonServer): Promise<Record<string, number>> {
  return (await fetch(`${server.url}/health`)).json() as Promise<Record<string, number>>;
}

/** What the driver threw, for tests that look at its fields. */
export async function failureOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Error & Record<string, unknown>;
  }
  throw new Error("it was expected to fail");
}

/** Looks until it is so; the runner's own time limit ends what never becomes so. */
export async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
}
