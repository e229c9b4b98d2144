/**
 * The account's dead-man switch: whoever holds it says so again within its time, or the cancel of all that works is asked, once. It is a
 * timer on disk and nothing else, so a sleep or a kill does not hold it.
 */

import type { z } from "zod";
import { deadManBody, type deadManReply } from "../../src/contracts/mass-cancels.ts";
import type { EpochMs } from "../../src/domain/time.ts";
import { SECOND_MS } from "../../src/domain/time.ts";
import type { Connection } from "../runtime/connection.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { idOf } from "../runtime/streams/client-frames.ts";
import type { FiredTimer } from "../runtime/timers.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { MassCancelTurns } from "./mass-cancel-turns.ts";
import { wholeRefusal } from "./parts-gate.ts";
import { parse } from "./request-turns.ts";

const TIMER = "dead-man";
/** While nothing can be recorded. */
const RETRY_MS = SECOND_MS;

type Switch = { readonly timeoutMs: number; readonly by: string };
type Shown = z.input<typeof deadManReply>;

export class DeadMan {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #cancels: MassCancelTurns;

  constructor(ledger: Ledger, bricks: RiskBricks, cancels: MassCancelTurns) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#cancels = cancels;
  }

  get isSet(): boolean {
    return this.#bricks.timers.dueOf(TIMER) !== undefined;
  }

  /** Without a body: how it stands. */
  async run(envelope: Envelope, body: string | undefined): Promise<ActorReply<string>> {
    if (body === undefined) return this.#refused() ?? answer(JSON.stringify(this.#shown()));
    const split = wholeRefusal(this.#ledger.state);
    if (split !== undefined) return split;
    const parsed = parse(deadManBody, body);
    if (!parsed.ok) return parsed;
    const { timeoutMs } = parsed.value;
    const by = envelope.principal.subject;
    return this.#hold(envelope, () => ({ timeoutMs, by }));
  }

  /** The op `alive`: holds it for as long as it was set, whoever set it. */
  readonly alive = async (
    connection: Connection,
    message: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const { sockets } = this.#bricks;
    const id = idOf(message);
    if (id === undefined) {
      sockets.malformed(connection, undefined, "id-format", "an alive frame has an id");
      return;
    }
    const said = (text: object): void => sockets.reply(connection, JSON.stringify({ ...text, id }));
    const reply = connection.credential.scopes.includes("risk:trade")
      ? await this.#hold(connection.envelope(), () => this.#standing())
      : refusal("forbidden", "the switch needs the scope risk:trade");
    if (reply.ok) said({ op: "alive", ...(JSON.parse(reply.value) as Shown) });
    else said({ op: "error", code: reply.code, detail: reply.detail ?? reply.code });
  };

  /** Queues before it waits for anything, so that the timer is forgotten with the group that has its effect. */
  async wake(fired: readonly FiredTimer[]): Promise<void> {
    const own = fired.find(({ name }) => name === TIMER);
    if (own === undefined) return;
    const { timeoutMs, by } = switchIn(own.payload);
    const reason = `nobody was heard for ${timeoutMs} ms`;
    const reply = await this.#cancels.ask(
      { cause: "dead-man", scope: { kind: "account" }, reason, by },
      true,
    );
    if (reply.ok) return;
    const { timers, clock, mailbox } = this.#bricks;
    timers.atLatest(TIMER, (clock.now() + RETRY_MS) as EpochMs, own.payload);
    mailbox.flush();
  }

  /** On disk before it is answered: what an eviction would forget would fire too soon. */
  #hold(envelope: Envelope, wanted: () => Switch | undefined): Promise<ActorReply<string>> {
    const { mailbox, timers, clock } = this.#bricks;
    return mailbox.run("urgent", envelope, 0, wanted, (held) => {
      const refused = this.#refused();
      if (refused !== undefined) return refused;
      if (held === undefined) return answer(JSON.stringify(this.#shown()));
      if (held.timeoutMs === 0) timers.cancel(TIMER);
      else timers.at(TIMER, (clock.now() + held.timeoutMs) as EpochMs, JSON.stringify(held));
      return answer(JSON.stringify(this.#shown()));
    });
  }

  #refused(): Refusal | undefined {
    return this.#ledger.state.account === undefined ? refusal("account-unknown") : undefined;
  }

  #standing(): Switch | undefined {
    const payload = this.#bricks.timers.payloadOf(TIMER);
    return payload === undefined ? undefined : switchIn(payload);
  }

  #shown(): Shown {
    const until = this.#bricks.timers.dueOf(TIMER) ?? null;
    const { timeoutMs, by } = this.#standing() ?? { timeoutMs: 0, by: null };
    return { timeoutMs, until, by };
  }
}

// SAFETY: only `#hold` sets this timer.
const switchIn = (payload: string): Switch => JSON.parse(payload) as Switch;
