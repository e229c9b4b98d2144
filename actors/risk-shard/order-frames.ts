/**
 * Orders that come on a socket. They take the way of orders by HTTP, under the same schema; the decisions of all frames of a group
 * leave together, once they are on disk.
 */
import { type Fault, faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import { orderFrame } from "../../src/contracts/order-frames.ts";
import { ORDERS_PER_REQUEST_MAX } from "../../src/contracts/orders.ts";
import type { FrameId } from "../../src/contracts/streams.ts";
import { keptKeys, writtenKeys } from "../../src/domain/json-keys.ts";
import type { Connection } from "../runtime/connection.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { OVERLOAD_RETRY_MS } from "../runtime/mailbox.ts";
import { overloaded, type Refusal, refusal } from "../runtime/reply.ts";
import type { Sockets } from "../runtime/sockets.ts";
import { idOf } from "../runtime/streams/client-frames.ts";
import { WAITING_FRAMES_MAX, WAITING_UNITS_MAX } from "./capacity.ts";
import type { Disconnects } from "./disconnects.ts";
import type { OrderTerms, ShownChecks } from "./messages.ts";
import { decisionsText, type OrderLane, type OrderSender, type OrderTurns } from "./order-turns.ts";
import { areStrict, readOrderList } from "./read-requests.ts";

type Frame = Readonly<Record<string, unknown>>;
type Asked = {
  readonly orders: readonly OrderTerms[];
  readonly shown: ShownChecks;
  readonly units: number;
};
type Request = Asked & { readonly id: FrameId; readonly envelope: Envelope };

const SCOPE = "risk:trade";
/** As of bodies. */
const DEPTH_MAX = 16;

export class OrderFrames {
  readonly #turns: OrderTurns;
  readonly #sockets: Pick<Sockets, "reply" | "malformed" | "refused">;
  readonly #arms: Pick<Disconnects, "armedIdOf" | "isGone">;
  /** Of each connection whose frames wait for a symbol: the end of the last one. */
  readonly #tails = new Map<string, Promise<void>>();
  /** Its frames among the orders: while there are any, a further one joins them. */
  readonly #undecided = new WeakMap<Connection, number>();
  #waiting = 0;
  #waitingUnits = 0;

  constructor(
    turns: OrderTurns,
    sockets: Pick<Sockets, "reply" | "malformed" | "refused">,
    arms: Pick<Disconnects, "armedIdOf" | "isGone">,
  ) {
    this.#turns = turns;
    this.#sockets = sockets;
    this.#arms = arms;
  }

  get waitingCount(): number {
    return this.#waiting;
  }
  get waitingUnits(): number {
    return this.#waitingUnits;
  }

  /** The op `order`. */
  readonly take = (connection: Connection, message: Frame, text: string): void => {
    const id = idOf(message);
    if (id === undefined) {
      this.#sockets.malformed(connection, undefined, "id-format", "an order frame has an id");
      return;
    }
    const read = ordersIn(message, text);
    if ("ok" in read) this.#turnAway(connection, id, read);
    else if (!connection.credential.scopes.includes(SCOPE))
      this.#turnAway(connection, id, refusal("forbidden", `orders need the scope ${SCOPE}`));
    else this.#inOrder(connection, { ...read, id, envelope: connection.envelope() });
  };

  /** Frames of one connection take their turns in the order in which they came, also where one waits for a symbol that is new here. */
  #inOrder(connection: Connection, request: Request): void {
    const tail = this.#tails.get(connection.id);
    const unmet = this.#turns.unmet(request.orders);
    const mayWait = tail !== undefined || unmet.length > 0 || this.#turns.hasParent;
    if (mayWait && this.#isFullFor(request)) {
      this.#turnAway(connection, request.id, FULL);
      return;
    }
    const preparing = this.#turns.prepare(request.envelope, request.orders, unmet);
    if (tail === undefined && preparing === undefined) this.#queue(connection, request);
    else this.#queueAfter(Promise.all([tail, preparing]), connection, request);
  }

  #isFullFor({ units }: Request): boolean {
    return this.#waiting >= WAITING_FRAMES_MAX || this.#waitingUnits + units > WAITING_UNITS_MAX;
  }

  #queueAfter(ready: Promise<unknown>, connection: Connection, request: Request): void {
    this.#waiting += 1;
    this.#waitingUnits += request.units;
    const tail = ready.then(() => {
      this.#waiting -= 1;
      this.#waitingUnits -= request.units;
      if (this.#tails.get(connection.id) === tail) this.#tails.delete(connection.id);
      this.#queue(connection, request);
    });
    this.#tails.set(connection.id, tail);
  }

  /** What only closes goes first, but not before an order of its own connection that is not decided yet. */
  #queue(connection: Connection, request: Request): void {
    const follows = this.#undecided.has(connection);
    this.#run(connection, request, follows ? "orders" : this.#turns.laneOf(request.orders), follows);
  }

  #run(connection: Connection, request: Request, lane: OrderLane, follows: boolean): void {
    const { id, envelope, orders, shown, units } = request;
    if (lane === "orders") this.#noteUndecided(connection, 1);
    const sender: OrderSender = {
      connection: () => this.#arms.armedIdOf(connection),
      isGone: () => this.#arms.isGone(connection),
    };
    const queued = this.#turns.queue(envelope, { orders, units, lane, sender }, (verdicts) => {
      const decisions = decisionsText(verdicts, shown);
      this.#sockets.reply(connection, `{"op":"decisions","id":${JSON.stringify(id)},${decisions.slice(1)}`);
    });
    const ended = (refused: Refusal | undefined): void => {
      if (lane === "orders") this.#noteUndecided(connection, -1);
      if (refused === undefined) return;
      // No room for orders is no reason against what only closes.
      const mayLead = follows && refused.code === "overloaded" && this.#turns.laneOf(orders) === "urgent";
      if (mayLead) this.#run(connection, request, "urgent", false);
      else this.#refuse(connection, id, refused);
    };
    queued.then(
      (reply) => ended(reply.ok ? undefined : reply),
      () => ended(OUTCOME_UNKNOWN),
    );
  }

  #noteUndecided(connection: Connection, change: number): void {
    const count = (this.#undecided.get(connection) ?? 0) + change;
    if (count === 0) this.#undecided.delete(connection);
    else this.#undecided.set(connection, count);
  }

  /** Refused before it takes any room of the mailbox, which bounds the others. */
  #turnAway(connection: Connection, id: FrameId, refusal: Refusal): void {
    this.#refuse(connection, id, refusal);
    this.#sockets.refused(connection);
  }

  #refuse(connection: Connection, id: FrameId, { code, detail, errors, retryAfterMs }: Refusal): void {
    this.#sockets.reply(
      connection,
      JSON.stringify({ op: "error", id, code, detail: detail ?? code, errors, retryAfterMs }),
    );
  }
}

const FULL = overloaded(OVERLOAD_RETRY_MS, "too many frames wait for a symbol, or for quota");
const OUTCOME_UNKNOWN = refusal("outcome-unknown", "send the orders again under the same ids");

/** Most orders are plain and are read once; whatever is not is judged by the schema, which says what is wrong with it. */
function ordersIn(message: Frame, text: string): Asked | Refusal {
  const written = writtenKeys(text, DEPTH_MAX);
  if (written === "too-deep") return refusal("json-too-deep", `nesting is bounded at ${DEPTH_MAX}`);
  const { keys, proto } = keptKeys(message);
  if (keys !== written) return refusal("duplicate-key", "an object has the same key twice");
  if (proto) return refusal("unknown-field", "no field has this name");
  const orders = isPlain(message) ? readOrderList(message.orders) : undefined;
  if (orders !== undefined) return asked(orders, message["checks"], text);
  const parsed = orderFrame.safeParse(message);
  if (!parsed.success) return invalid(faultsOf(parsed.error, message));
  const judged = readOrderList(parsed.data.orders);
  if (judged === undefined) return refusal("invalid", "no orders that the contract allows");
  return asked(judged, parsed.data.checks, text);
}

type PlainFrame = { readonly orders: readonly unknown[] };

const FRAME_FIELDS: ReadonlySet<string> = new Set(Object.keys(orderFrame.shape));

function isPlain(message: Frame): message is Frame & PlainFrame {
  for (const name in message) if (!FRAME_FIELDS.has(name)) return false;
  const { orders, checks } = message;
  if (checks !== undefined && checks !== "all" && checks !== "telling") return false;
  return Array.isArray(orders) && orders.length <= ORDERS_PER_REQUEST_MAX && areStrict(orders);
}

/** As by HTTP: one order alone is told everything. `checks` has been judged. */
const asked = (orders: readonly OrderTerms[], checks: unknown, { length }: string): Asked => ({
  orders,
  shown: (checks as ShownChecks | undefined) ?? (orders.length === 1 ? "all" : "telling"),
  units: length,
});

const invalid = (errors: readonly Fault[]): Refusal => ({
  ...refusal(requestCodeOf(errors), errors[0]?.detail),
  errors,
});
