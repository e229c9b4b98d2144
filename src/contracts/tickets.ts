/** One-use tickets for WebSocket clients that cannot send a header. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";

/** 128 random bits in hex: fit for a WebSocket subprotocol. */
export const TICKET_PATTERN = /^[0-9a-f]{32}$/;

export const ticketReply = z.strictObject({ ticket: z.string().regex(TICKET_PATTERN), expiresAt: z.int() });
export type TicketReply = z.output<typeof ticketReply>;

export const createTicket = endpoint({
  method: "POST",
  path: "/v1/tickets",
  scope: "any",
  summary: "A ticket that opens one WebSocket within 60 s with this credential's rights.",
  tag: "Operations",
  replies: { 201: ticketReply },
});
