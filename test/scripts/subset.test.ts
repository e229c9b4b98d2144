import { afterAll, describe, expect, test } from "vitest";
import { subsetFindings } from "../../scripts/subset.ts";
import { plant } from "./planted.ts";

const WRANGLER = 'name = "planted"\nmain = "src/worker.ts"\ncompatibility_date = "2026-11-01"\n';

// Each row is one rule and a line that breaks it.
const VIOLATIONS: readonly (readonly [rule: string, line: string])[] = [
  ["no-node-modules", 'import { readFileSync } from "node:fs";'],
  ["no-node-modules", 'import type { Socket } from "node:net";'],
  ["no-node-modules", 'export const load = () => import("node:crypto");'],
  ["no-node-modules", 'export type Hash = import("node:crypto").Hash;'],
  ["no-node-modules", 'export * from "node:path";'],
  ["no-tcp-sockets", 'import { connect } from "cloudflare:sockets";'],
  ["no-vendor-modules", 'import { EmailMessage } from "cloudflare:email";'],
  ["no-kv", "export type Env = { KEYS: KVNamespace };"],
  ["no-r2", "export type Env = { FILES: R2Bucket };"],
  ["no-queues", "export type Env = { JOBS: Queue<string> };"],
  ["no-queues", "export const take = (batch: MessageBatch) => batch;"],
  ["no-d1", "export type Env = { DB: D1Database };"],
  ["no-cache", "export const hit = (request: Request) => caches.default.match(request);"],
  ["no-cache", "export const hit = (request: Request) => globalThis.caches.default.match(request);"],
  ["no-hyperdrive", "export type Env = { POOL: Hyperdrive };"],
  ["no-rate-limiting-binding", "export type Env = { LIMIT: RateLimit };"],
  ["no-html-rewriter", "export const rewriter = new HTMLRewriter();"],
  ["no-rpc-target", "export class Session extends RpcTarget {}"],
  ["no-vendor-services", "export type Env = { MODEL: Ai };"],
  ["no-node-globals", "export const key = process.env.KEY;"],
  ["no-node-globals", 'export const bytes = Buffer.from("x");'],
  ["no-context-exports", "export const of = (ctx: any) => ctx.exports.Lane;"],
  ["no-context-exports", "export const of = (self: any) => self.ctx.exports;"],
  ["no-context-exports", 'export const of = (ctx: any) => ctx["exports"];'],
  ["no-context-exports", "export const of = (ctx: any) => { const { exports } = ctx; return exports; };"],
  ["no-facets", "export const of = (self: any) => self.ctx.facets.get;"],
  ["no-socket-tags", "export const of = (ctx: any, ws: WebSocket) => ctx.getTags(ws);"],
  ["no-socket-tags", 'export const of = (ctx: any, ws: WebSocket) => ctx.acceptWebSocket(ws, ["a"]);'],
  ["no-socket-tags", 'export const of = (ctx: any) => ctx.getWebSockets("a");'],
  ["no-response-redirect", 'export const home = () => Response.redirect("/");'],
  ["no-stream-from", "export const stream = () => ReadableStream.from([1]);"],
  ["no-scarce-algorithms", 'export const algorithm = { name: "PBKDF2" };'],
  ["no-scarce-algorithms", 'export const algorithm = "HKDF";'],
  ["no-scarce-algorithms", 'export const algorithm = "RSA-PSS";'],
  ["randomness-is-an-argument", "export const dice = () => Math.random();"],
  ["randomness-is-an-argument", "export const id = () => crypto.randomUUID();"],
  ["randomness-is-an-argument", "export const id = () => crypto.getRandomValues(new Uint8Array(4));"],
  ["no-reserved-rpc-name", "export class Lane extends DurableObject { id() { return 1; } }"],
  ["no-module-state", "let counter = 0; export const next = () => counter++;"],
];

const CLEAN = {
  "src/console/client.ts": "export const wait = (): number => Math.random() * 250;\n",
  "wrangler.toml": `${WRANGLER}[vars]\nLOG_LEVEL = "info"\n`,
  "src/worker.ts": [
    "// caches, node:fs and PBKDF2 in a comment are only words.",
    'import { DurableObject } from "cloudflare:workers";',
    'import { z } from "zod";',
    'export const say = "node:fs and HTMLRewriter in a text are only words";',
    "export class Lane extends DurableObject { accept(ws: WebSocket) { this.ctx.acceptWebSocket(ws); } }",
    "export const all = (ctx: DurableObjectState) => ctx.getWebSockets();",
    "export const of = (order: { process: number }) => [order.process, z.string(), Response.json({})];",
    'export const sign = { name: "HMAC", hash: "SHA-256" };',
  ].join("\n"),
  "actors/runtime/id.ts": "export const bytes = () => crypto.getRandomValues(new Uint8Array(4));",
};

const fileOf = (row: number): string => `actors/planted-${row}/loose.ts`;
const clean = plant(CLEAN);
const red = plant({
  ...CLEAN,
  "wrangler.toml": `${WRANGLER}compatibility_flags = ["nodejs_compat"]\n[[kv_namespaces]]\nbinding = "KEYS"\nid = "1"\n`,
  ...Object.fromEntries(VIOLATIONS.map(([, line], row) => [fileOf(row), `\n${line}\n`])),
});
const found = subsetFindings(red.root);

afterAll(() => {
  clean.remove();
  red.remove();
});

describe("the portable subset", () => {
  test("is kept by code that only speaks of what it forbids", async () => {
    expect(await subsetFindings(clean.root)).toEqual([]);
  });

  test.each(VIOLATIONS.map(([rule, line], row) => [rule, line, row] as const))(
    "turns red on %s: %s",
    async (rule, _, row) => {
      const here = (await found).filter(({ file }) => file === fileOf(row));
      expect(here.map((finding) => finding.rule)).toContain(rule);
      expect(here[0]?.line).toBe(2);
    },
  );

  test("turns red on a binding or flag in wrangler.toml that a host may lack", async () => {
    const keys = (await found)
      .filter(({ rule }) => rule === "wrangler-keys")
      .map(({ message }) => message.split(" ")[0]);
    expect(keys.sort()).toEqual(["compatibility_flags", "kv_namespaces"]);
  });
});
