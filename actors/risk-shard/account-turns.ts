/** Commands about the account itself on their way: its currency and equity, limits, trading states and strategies. */
import type { z } from "zod";
import { accountBody, stateBody } from "../../src/contracts/accounts.ts";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import { limitsBody } from "../../src/contracts/limits.ts";
import { newStrategy, newStrategyLegs, strategyPatch } from "../../src/contracts/strategies.ts";
import type { Symbol } from "../../src/domain/ids.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { heardBy } from "../runtime/heard.ts";
import { sha256Hex } from "../runtime/id.ts";
import type { Remembered } from "../runtime/idempotency.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import { accountText } from "./account-view.ts";
import { type Decided, decide } from "./decide.ts";
import { decideStrategy } from "./decide-strategies.ts";
import { destinationsOf } from "./facts.ts";
import type { Lane } from "./lanes.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { StrategyCommand } from "./messages.ts";
import type { ReferencePrices } from "./reference-prices.ts";

type Parsed<Value> = { readonly ok: true; readonly value: Value } | Refusal;
type Replied = Promise<ActorReply<string>>;

export class AccountTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
  }

  async putAccount(envelope: Envelope, body: string): Replied {
    const parsed = parse(accountBody, body);
    if (!parsed.ok) return parsed;
    await this.#meet(envelope, Object.values(parsed.value.fx ?? {}));
    const { state, name } = this.#ledger;
    const by = envelope.principal.subject;
    const command = { type: "put-account", account: name.account, body: parsed.value, by } as const;
    const decideAt = (at: number): Decided => decide(state, command, at);
    return this.#run("account", envelope, { type: command.type, body }, decideAt, accountText);
  }

  async putLimits(envelope: Envelope, body: string, ifMatch: string | undefined): Replied {
    const parsed = parse(limitsBody, body);
    if (!parsed.ok) return parsed;
    const { state } = this.#ledger;
    const by = envelope.principal.subject;
    const command = { type: "put-limits", limits: parsed.value.limits, ifMatch, by } as const;
    const shown = (): string => JSON.stringify({ version: state.limits.version });
    const decideAt = (at: number): Decided => decide(state, command, at);
    return this.#run("account", envelope, { type: command.type, body }, decideAt, shown);
  }

  async setState(envelope: Envelope, body: string): Replied {
    const parsed = parse(stateBody, body);
    if (!parsed.ok) return parsed;
    const { state } = this.#ledger;
    const command = { type: "set-state", body: parsed.value, by: envelope.principal.subject } as const;
    const { scope, reason, by } = parsed.value;
    const shown = (_ledger: unknown, at: number): string =>
      JSON.stringify({ scope, state: parsed.value.state, reason, by, at, seq: state.seq });
    const decideAt = (at: number): Decided => decide(state, command, at);
    return this.#run("urgent", envelope, { type: command.type, body }, decideAt, shown);
  }

  async openStrategy(envelope: Envelope, strategy: string, body: string): Replied {
    const parsed = parse(newStrategy, body);
    if (!parsed.ok) return parsed;
    await this.#meet(envelope, parsed.value.instruments.map(symbolOf));
    return this.#strategy(envelope, body, { type: "open-strategy", strategy, body: parsed.value });
  }

  async amendStrategy(envelope: Envelope, strategy: string, body: string): Replied {
    const parsed = parse(strategyPatch, body);
    if (!parsed.ok) return parsed;
    return this.#strategy(envelope, body, { type: "amend-strategy", strategy, body: parsed.value });
  }

  async replaceLegs(envelope: Envelope, strategy: string, body: string): Replied {
    const parsed = parse(newStrategyLegs, body);
    if (!parsed.ok) return parsed;
    await this.#meet(envelope, parsed.value.instruments.map(symbolOf));
    return this.#strategy(envelope, body, { type: "replace-legs", strategy, body: parsed.value });
  }

  closeStrategy(envelope: Envelope, strategy: string): Replied {
    return this.#strategy(envelope, "", { type: "close-strategy", strategy });
  }

  /** Who opened a strategy reads it at once: the strategy and the tenant's directory have heard before the answer, if they can. */
  async #strategy(envelope: Envelope, body: string, command: StrategyCommand): Replied {
    const { state } = this.#ledger;
    const shown = (): string => JSON.stringify({ id: command.strategy });
    const decideAt = (at: number): Decided => decideStrategy(state, command, at);
    // Opening draws a new id each time; all else is about the strategy that it names.
    const type = command.type === "open-strategy" ? command.type : `${command.type} ${command.strategy}`;
    const reply = await this.#run("account", envelope, { type, body }, decideAt, shown);
    if (reply.ok) {
      const { tenant } = this.#ledger.name;
      const told = destinationsOf({ kind: "strategy-changed", strategy: command.strategy }, tenant);
      await Promise.all(told.map((destination) => heardBy(this.#bricks.outbox, destination)));
    }
    return reply;
  }

  async #meet(envelope: Envelope, symbols: readonly string[]): Promise<void> {
    // SAFETY: the contract admits symbols only.
    const unmet = this.#prices.unmet(symbols as readonly Symbol[]);
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
  }

  /** Under an Idempotency-Key the same request gets the same reply; another one is refused. */
  async #run(
    lane: Lane,
    envelope: Envelope,
    { type, body }: { readonly type: string; readonly body: string },
    decideAt: (at: number) => Decided,
    shown: (ledger: Ledger, at: number) => string,
  ): Replied {
    const ledger = this.#ledger;
    const { mailbox, clock } = this.#bricks;
    const key = envelope.idempotencyKey;
    const bodyHash = key === undefined ? "" : await sha256Hex(`${type}\n${body}`);
    return mailbox.run(
      lane,
      envelope,
      body.length,
      () => {
        const remembered = key === undefined ? undefined : ledger.rememberedRequest(key);
        const at = clock.now();
        return remembered === undefined ? { at, decided: decideAt(at) } : { at, remembered };
      },
      ({ at, decided, remembered }) => {
        if (remembered !== undefined) return repeated(remembered, bodyHash);
        if ("refuse" in decided) return refusedWith(decided);
        const full = ledger.roomRefusal(decided.events);
        if (full !== undefined) return full;
        ledger.record(decided.events);
        for (const event of decided.events)
          if (event.kind === "execution-booked") this.#prices.follow(event.symbol);
        const reply = shown(ledger, at);
        if (key !== undefined) ledger.rememberRequest(key, { bodyHash, reply });
        return answer(reply);
      },
    );
  }
}

const symbolOf = ({ symbol }: { readonly symbol: string }): string => symbol;

const repeated = (remembered: Remembered, bodyHash: string): ActorReply<string> =>
  remembered.bodyHash === bodyHash
    ? answer(remembered.reply)
    : refusal("idempotency-key-reused", "the key came with another body before");

const refusedWith = ({ refuse: code, detail, errors }: Extract<Decided, { refuse: unknown }>): Refusal => ({
  ...refusal(code, detail),
  ...(errors === undefined ? {} : { errors }),
});

/** The edge has judged it already; what it passed on is parsed into its types here. */
function parse<Schema extends z.ZodType>(schema: Schema, body: string): Parsed<z.output<Schema>> {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return refusal("json-invalid", "the body is not one JSON document");
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const errors = faultsOf(parsed.error, value);
  return { ...refusal(requestCodeOf(errors), errors[0]?.detail), errors };
}
