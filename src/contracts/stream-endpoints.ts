/** The calls that become WebSockets. What is said on them stands in `streams.ts`. */
import { z } from "zod";
import { SESSION_PATTERN } from "../domain/gateway.ts";
import { plainId, symbolId } from "./common.ts";
import { endpoint } from "./endpoint.ts";

const upgrade = {
  method: "GET",
  upgrade: true,
  headers: z.strictObject({
    /** `outcry.v1` is answered where it is offered; `ticket.<ticket>` from `POST /v1/tickets` stands in for a credential. */
    "sec-websocket-protocol": z.string().max(512).optional(),
  }),
  replies: { 101: undefined },
} as const;

export const streamSymbol = endpoint({
  ...upgrade,
  path: "/v1/symbols/{symbol}/stream",
  scope: "market:read",
  tag: "Market data",
  summary:
    "A WebSocket to this symbol: a snapshot of each topic and then its changes, resumable by epoch and sequence. Topics are `quote.<symbol>`, `trades.<symbol>`, `bars.<width>.<symbol>`, of quotes `mid`, `bid` or `ask.<width>.<symbol>`, `series.<series>.<symbol>`, `depth.<symbol>`, `depth-metrics.<symbol>` and `indicator.<definition>@<width>.<symbol>`, whose definition is written in full (`sma_20`).",
  params: z.strictObject({ symbol: symbolId }),
});
export const streamAccount = endpoint({
  ...upgrade,
  path: "/v1/accounts/{account}/stream",
  scope: "risk:trade",
  tag: "Risk",
  summary:
    "A WebSocket to this account: takes orders and answers their decisions; tells decisions, fills, violations, states, mass-cancels and utilisation. `arm` has the orders of the connection cancelled when it is no more; `alive` holds the dead-man switch.",
  params: z.strictObject({ account: plainId }),
});
export const streamStrategy = endpoint({
  ...upgrade,
  path: "/v1/strategies/{strategy}/stream",
  scope: "strategy:read",
  tag: "Strategies",
  summary:
    "A WebSocket to this strategy: its mark-to-market candles of any width as they form and close (`m2m.<width>.<strategy>`), and its profit and loss (`pnl.<strategy>`).",
  params: z.strictObject({ strategy: plainId }),
});
export const streamGroup = endpoint({
  ...upgrade,
  path: "/v1/strategy-groups/{group}/stream",
  scope: "strategy:read",
  tag: "Strategy groups",
  summary:
    "A WebSocket to this group: as that of a strategy, whose topics are named `m2m.<width>.group:<group>` and `pnl.group:<group>`.",
  params: z.strictObject({ group: plainId }),
});
export const streamLabels = endpoint({
  ...upgrade,
  path: "/v1/labels/stream",
  scope: "market:read",
  tag: "Labels",
  summary:
    "A WebSocket to the tenant's labels: `labels.<symbol>`, the symbol's newest 200 and then every change; a label that is deleted says `deleted`.",
});
export const streamMany = endpoint({
  ...upgrade,
  path: "/v1/stream",
  scope: "market:read",
  tag: "Market data",
  summary:
    "A WebSocket to a gateway: up to 1,000 topics of many symbols, of the tenant's labels (`labels.<symbol>`), accounts (`account.<account>`, scope `risk:read` or `risk:trade`) and strategies (scope `strategy:read`) at once, each at the epoch and sequence of the actor that hosts it. `session` of a connection that was closed less than 60 s ago leads to the gateway that keeps its topics.",
  query: z.strictObject({
    session: z
      .string()
      .regex(SESSION_PATTERN)
      .optional()
      .describe("Of the `welcome` of a connection before: `restore` brings its topics back."),
  }),
});
