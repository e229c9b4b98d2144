/** Orders on an account's stream, their answers, and what that stream tells beside. */
import { z } from "zod";
import { decision } from "./decisions.ts";
import { deadManReply } from "./mass-cancels.ts";
import { ORDERS_PER_REQUEST_MAX, order, shownQuery } from "./orders.ts";
import { errorReply, frameId } from "./streams.ts";

/**
 * Judged and decided as by `POST …/orders`; answered by `decisions`, or by an error. Frames of one connection are decided in their order;
 * only where orders are refused `overloaded`, one that only closes may be decided before those that came before it.
 */
export const orderFrame = z
  .strictObject({
    op: z.literal("order"),
    id: frameId,
    orders: z.array(order).min(1).max(ORDERS_PER_REQUEST_MAX),
    checks: shownQuery.shape.checks,
  })
  .meta({ id: "StreamOrderFrame" });

/** In the order of the frame's orders, once they are on disk. */
export const decisionsFrame = z
  .strictObject({ op: z.literal("decisions"), id: frameId, decisions: z.array(decision) })
  .meta({ id: "StreamDecisions" });

export const orderErrorFrame = errorReply
  .extend({
    errors: z.array(z.strictObject({ path: z.string(), code: z.string(), detail: z.string() })).optional(),
    /** Where the code is `overloaded`: nothing was decided, and a repeat is safe from then on. */
    retryAfterMs: z.int().optional(),
  })
  .meta({ id: "StreamOrderError" });

/** From here on, orders of this connection are asked to be cancelled when it is no more, whatever ended it. `false` ends that. */
export const armFrame = z
  .strictObject({ op: z.literal("arm"), id: frameId, cancelOnDisconnect: z.boolean() })
  .meta({ id: "StreamArmFrame" });
/** The answer, once it is on disk. */
export const armedFrame = z
  .strictObject({ op: z.literal("armed"), id: frameId, cancelOnDisconnect: z.boolean() })
  .meta({ id: "StreamArmed" });
/** Holds the account's dead-man switch for as long as it was set. */
export const aliveFrame = z
  .strictObject({ op: z.literal("alive"), id: frameId })
  .meta({ id: "StreamAliveFrame" });
/** The answer, once it is on disk: as `GET …/dead-man`. */
export const aliveReply = z
  .strictObject({ op: z.literal("alive"), id: frameId, ...deadManReply.shape })
  .meta({ id: "StreamAlive" });

/**
 * Types of messages on `account.<account>`: `decision` as `GET …/decisions` lists it; `fill`, and `execution` for every other report, as
 * booked; `violation` as `GET …/violations` lists it; `state` as `POST …/state` answers; `utilisation`, the list of `GET …/{account}`;
 * `limit-tripped`, `limit-released`, `utilisation-level` and `violation-resolved` as their facts, with `seq`.
 * `limits`: a version of the limits has come into force, as `GET …/limits/versions` lists it but for how many there are; `limits-pending`: what
 * became of something that waits or stands for a while. Neither says the limits themselves.
 * `mass-cancel`: orders whose cancel is asked, at most 1,000 a part; whoever sends orders to the venue cancels them there.
 */
export const ACCOUNT_MESSAGE_TYPES = [
  "decision",
  "fill",
  "execution",
  "violation",
  "state",
  "utilisation",
  "mass-cancel",
  "limits",
  "limits-pending",
  "limit-tripped",
  "limit-released",
  "utilisation-level",
  "violation-resolved",
] as const;
