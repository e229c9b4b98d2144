/** The OpenAPI 3.1 document: made of the declarations that the router mounts, so it can say nothing else. */
import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import type { Endpoint } from "../contracts/endpoint.ts";
import { gatewayFrame, gatewayMessage, topicStatus } from "../contracts/gateway-streams.ts";
import {
  aliveFrame,
  aliveReply,
  armedFrame,
  armFrame,
  decisionsFrame,
  orderErrorFrame,
  orderFrame,
} from "../contracts/order-frames.ts";
import { problem } from "../contracts/problem.ts";
import { clientFrame, serverMessage, streamTrade, streamTradeRevision } from "../contracts/streams.ts";
import { udfProblem } from "../contracts/udf.ts";
import { MEDIA_TYPES } from "./body.ts";
import { isUdf } from "./udf/paths.ts";

export function openApiDocument(endpoints: readonly Endpoint[]): object {
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Outcry",
      version: "1",
      description: "Actor-model trading backend: market data, pre-trade risk, strategies marked to market.",
    },
    paths: pathsOf(endpoints),
    components: {
      securitySchemes: {
        bearer: { type: "http", scheme: "bearer", description: "An API key: `ok_<id>_<secret>`." },
      },
      // What is said on a WebSocket belongs to no call.
      schemas: {
        StreamClientFrame: clientFrame,
        StreamServerMessage: serverMessage,
        GatewayClientFrame: gatewayFrame,
        GatewayServerMessage: gatewayMessage,
        StreamTopicStatus: topicStatus,
        StreamTrade: streamTrade,
        StreamTradeRevision: streamTradeRevision,
        StreamOrderFrame: orderFrame,
        StreamDecisions: decisionsFrame,
        StreamOrderError: orderErrorFrame,
        StreamArmFrame: armFrame,
        StreamArmed: armedFrame,
        StreamAliveFrame: aliveFrame,
        StreamAlive: aliveReply,
      },
      responses: {
        Problem: {
          description: "Refused. `code` says why, and programs branch on it alone.",
          content: { "application/problem+json": { schema: problem } },
        },
        UdfProblem: {
          description: "Refused, in UDF's words too.",
          content: { "application/problem+json": { schema: udfProblem } },
        },
      },
    },
  });
}

function pathsOf(endpoints: readonly Endpoint[]): ZodOpenApiPathsObject {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {};
  for (const declared of endpoints) {
    const path = paths[declared.path] ?? {};
    path[declared.method.toLowerCase()] = operationOf(declared);
    paths[declared.path] = path;
  }
  return paths;
}

function operationOf(declared: Endpoint): ZodOpenApiOperationObject {
  const { method, path, scope, summary, tag, body, replies, produces } = declared;
  return {
    operationId: operationIdOf(method, path),
    summary: firstClause(summary),
    description: summary,
    tags: [tag],
    // A role of the bearer scheme: the one scope that the credential must have.
    security: scope === "public" ? [] : [{ bearer: scope === "any" ? [] : [scope] }],
    requestParams: parametersOf(declared),
    ...(body === undefined
      ? {}
      : { requestBody: { required: body.optional !== true, content: contentOf(body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(replies).map(([status, schema]) => [status, replyOf(schema, produces)]),
      ),
      "4XX": refusedOf(path),
      "5XX": refusedOf(path),
    },
  };
}

const refusedOf = (path: string) => ({
  $ref: `#/components/responses/${isUdf(path) ? "UdfProblem" : "Problem"}` as const,
});

const CSV = z.string().meta({ description: "RFC 4180, with a header: one row for each line of the NDJSON." });

type Body = NonNullable<Endpoint["body"]>;
const contentOf = ({ schema, line = schema, media = ["json"] }: Body) =>
  Object.fromEntries(
    media.map((one) => [MEDIA_TYPES[one], { schema: one === "json" ? schema : one === "csv" ? CSV : line }]),
  );

const parametersOf = ({ params, query, headers }: Endpoint) => ({
  ...(params === undefined ? {} : { path: params }),
  ...(query === undefined ? {} : { query }),
  ...(headers === undefined ? {} : { header: headers }),
});

const replyOf = (schema: Endpoint["replies"][number], media = "application/json") => ({
  description: schema === undefined ? "Done." : "As asked.",
  ...(schema === undefined ? {} : { content: { [media]: { schema } } }),
});

/** What fits on one line; the whole is the description. */
const firstClause = (text: string): string => text.split(/(?<=[.;:]) /)[0]?.replace(/[;:]$/, ".") ?? text;

/** `GET /v1/accounts/{account}/orders` → `getAccountsByAccountOrders`. */
function operationIdOf(method: Endpoint["method"], path: string): string {
  const words = path
    .replace(/^\/v1/, "")
    .replaceAll("{", "by/")
    .split(/[^A-Za-z0-9]+/);
  return words.reduce((id, word) => id + word.charAt(0).toUpperCase() + word.slice(1), method.toLowerCase());
}
