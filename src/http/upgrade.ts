/** What a call says that wants to become a WebSocket, and whether a page of its origin may. */
import type { Call } from "./context.ts";
import type { RefusalDetails } from "./problem.ts";

/** The one protocol that is spoken. */
export const STREAM_PROTOCOL = "outcry.v1";
const TICKET_PREFIX = "ticket.";

export type Offered = { readonly protocol: boolean; readonly tickets: readonly string[] };

export const isUpgrade = ({ method, headers }: Request): boolean =>
  method === "GET" && headers.get("upgrade")?.toLowerCase() === "websocket";

/** The subprotocols of the handshake: what is offered to be spoken, and the tickets that ride along. */
export function offeredIn(headers: Headers): Offered {
  const words = (headers.get("sec-websocket-protocol") ?? "").split(",").map((word) => word.trim());
  return {
    protocol: words.includes(STREAM_PROTOCOL),
    tickets: words
      .filter((word) => word.startsWith(TICKET_PREFIX))
      .map((word) => word.slice(TICKET_PREFIX.length)),
  };
}

/**
 * A page of another site may hold a socket open that its visitor did not mean to: browsers ask nobody before a WebSocket, so the
 * origin is looked at here. Programs that are no browser send none.
 */
export function originRefusal(c: Call): RefusalDetails | undefined {
  const origin = c.req.raw.headers.get("origin");
  if (origin === null || isOwn(origin, c.req.url) || c.env.edge.corsOrigins.includes(origin))
    return undefined;
  return { code: "origin-forbidden", detail: "this origin is not among those that may call" };
}

/** By host and port: who ends TLS in front of us changes the scheme. */
function isOwn(origin: string, url: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === new URL(url).host;
}
