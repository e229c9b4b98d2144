/** The objects that fan streams out: which there are, how full, and how one is added or emptied while everything runs. */
import { z } from "zod";
import { GATEWAY_PATTERN } from "../domain/gateway.ts";
import { listOf, listQuery } from "./common.ts";
import { endpoint } from "./endpoint.ts";

/** A client has a minute to finish what it does; longer is no notice. */
export const DRAIN_MS_MAX = 60_000;

/** `draining`: takes no further connection, and leaves the list when its last one has gone. */
export const GATEWAY_STATES = ["open", "draining"] as const;

export const gatewayItem = z
  .strictObject({
    gateway: z.string(),
    state: z.enum(GATEWAY_STATES),
    connections: z.int().min(0).describe("By its last report, and those that were sent there since."),
    connectionsMax: z.int(),
    topics: z.int().min(0).describe("Topics of actors that it listens to."),
    addedAt: z.int(),
    lastReportAt: z.int().nullable(),
  })
  .meta({ id: "Gateway" });
export type GatewayItem = z.output<typeof gatewayItem>;

const shared = { scope: "admin", tag: "Operations" } as const;

export const listGateways = endpoint({
  ...shared,
  method: "GET",
  path: "/v1/gateways",
  summary: "The gateways of `/v1/stream` in the order they were added, with their load.",
  query: listQuery,
  replies: { 200: listOf(gatewayItem) },
});

export const addGateway = endpoint({
  ...shared,
  method: "POST",
  path: "/v1/gateways",
  summary:
    "Adds a gateway, which takes connections at once; at most 64. One is added by itself when all others are 80 % full.",
  replies: { 201: gatewayItem },
});

export const drainBody = z.strictObject({
  inMs: z
    .int()
    .min(0)
    .max(DRAIN_MS_MAX)
    .optional()
    .describe("Between the notice and the close with 1012; 5,000 without it."),
  keep: z
    .boolean()
    .optional()
    .describe("It is restarted and comes back: its clients are told and closed, and it stays open."),
});
export type DrainBody = z.output<typeof drainBody>;

export const drainGateway = endpoint({
  ...shared,
  method: "POST",
  path: "/v1/gateways/{gateway}/drain",
  summary:
    "Tells a gateway's clients to reconnect (`notice`, then close 1012). It takes no further connection, unless it is kept. Draining again is no mistake.",
  params: z.strictObject({
    gateway: z
      .string()
      .refine((name) => GATEWAY_PATTERN.test(name), {
        message: "a gateway is g-<number>",
        params: { code: "id-format" },
      })
      .meta({ pattern: GATEWAY_PATTERN.source }),
  }),
  body: { schema: drainBody, optional: true },
  replies: { 200: gatewayItem },
});
