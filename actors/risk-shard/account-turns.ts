/** Commands about the account itself on their way: its currency and equity, trading states and strategies. */
import { accountBody, stateBody } from "../../src/contracts/accounts.ts";
import { newStrategy, newStrategyLegs, strategyPatch } from "../../src/contracts/strategies.ts";
import { groupBody } from "../../src/contracts/strategy-groups.ts";
import { GROUP_PREFIX, type Symbol } from "../../src/domain/ids.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { heardBy } from "../runtime/heard.ts";
import { accountText } from "./account-view.ts";
import { type Decided, decide } from "./decide.ts";
import { decideStrategy } from "./decide-strategies.ts";
import type { RiskEvent } from "./events.ts";
import { destinationsOf } from "./facts.ts";
import { decideGroup, decideRemoval, groupText } from "./groups.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import type { MassCancelAsked } from "./mass-cancel.ts";
import type { StrategyCommand } from "./messages.ts";
import type { ParentMoves } from "./parent-moves.ts";
import { wholeRefusal } from "./parts-gate.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import { parse, type Replied, type RequestTurns } from "./request-turns.ts";

export class AccountTurns {
  readonly #requests: RequestTurns;
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;
  readonly #moves: ParentMoves;

  constructor(
    ledger: Ledger,
    bricks: RiskBricks,
    prices: ReferencePrices,
    requests: RequestTurns,
    moves: ParentMoves,
  ) {
    this.#moves = moves;
    this.#requests = requests;
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
  }

  async putAccount(envelope: Envelope, body: string): Replied {
    const parsed = parse(accountBody, body);
    if (!parsed.ok) return parsed;
    await this.#meet(envelope, Object.values(parsed.value.fx ?? {}));
    const { state, name } = this.#ledger;
    // Asked before it leaves the node that its quotas are of, and once more in the turn.
    const split = wholeRefusal(state);
    if (split !== undefined) return split;
    const by = envelope.principal.subject;
    const command = { type: "put-account", account: name.account, body: parsed.value, by } as const;
    const decideAt = (at: number): Decided => decide(state, command, at);
    const mayBePut = "events" in decideAt(this.#bricks.clock.now());
    const refused = mayBePut ? await this.#moves.refusal(envelope, parsed.value) : undefined;
    if (refused !== undefined) return refused;
    const request = { type: command.type, body };
    const put = () => this.#requests.run("account", envelope, request, decideAt, accountText);
    const reply = mayBePut ? await this.#moves.moving(parsed.value, put) : await put();
    if (reply.ok) await this.#moves.met(parsed.value);
    return reply;
  }

  async setState(envelope: Envelope, body: string): Replied {
    const parsed = parse(stateBody, body);
    if (!parsed.ok) return parsed;
    const { state } = this.#ledger;
    const command = { type: "set-state", body: parsed.value, by: envelope.principal.subject } as const;
    const { scope, reason, by } = parsed.value;
    let asked: { readonly massCancel?: string } = {};
    const shown = (_ledger: unknown, at: number): string =>
      JSON.stringify({ scope, state: parsed.value.state, reason, by, at, ...asked, seq: state.seq });
    const decideAt = (at: number): Decided => {
      const decided = decide(state, command, at);
      const cancel = "events" in decided ? decided.events.find(isMassCancel) : undefined;
      if (cancel !== undefined) asked = { massCancel: cancel.id };
      return decided;
    };
    return this.#requests.run("urgent", envelope, { type: command.type, body }, decideAt, shown);
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

  async putGroup(envelope: Envelope, group: string, body: string): Replied {
    const parsed = parse(groupBody, body);
    if (!parsed.ok) return parsed;
    const { state } = this.#ledger;
    return this.#group(envelope, group, body, (at) => decideGroup(state, group, parsed.value, at));
  }

  removeGroup(envelope: Envelope, group: string): Replied {
    return this.#group(envelope, group, "", (at) => decideRemoval(this.#ledger.state, group, at));
  }

  async #group(envelope: Envelope, group: string, body: string, decideAt: (at: number) => Decided): Replied {
    const type = `${body === "" ? "remove" : "put"}-group ${group}`;
    const shown = (): string => groupText(this.#ledger.state, group);
    const reply = await this.#requests.run("account", envelope, { type, body }, decideAt, shown);
    if (reply.ok) await this.#heard(GROUP_PREFIX + group);
    return reply;
  }

  /** Who opened a strategy reads it at once: the strategy and the tenant's directory have heard before the answer, if they can. */
  async #strategy(envelope: Envelope, body: string, command: StrategyCommand): Replied {
    const { state } = this.#ledger;
    const shown = (): string => JSON.stringify({ id: command.strategy });
    const decideAt = (at: number): Decided => decideStrategy(state, command, at);
    // Opening draws a new id each time; all else is about the strategy that it names.
    const type = command.type === "open-strategy" ? command.type : `${command.type} ${command.strategy}`;
    const reply = await this.#requests.run("account", envelope, { type, body }, decideAt, shown);
    if (reply.ok) await this.#heard(command.strategy);
    return reply;
  }

  async #heard(strategy: string): Promise<void> {
    const told = destinationsOf({ kind: "strategy-changed", strategy }, this.#ledger.name.tenant);
    await Promise.all(told.map((destination) => heardBy(this.#bricks.outbox, destination)));
  }

  async #meet(envelope: Envelope, symbols: readonly string[]): Promise<void> {
    // SAFETY: the contract admits symbols only.
    const unmet = this.#prices.unmet(symbols as readonly Symbol[]);
    if (unmet.length > 0) await this.#prices.meet(envelope, unmet);
  }
}

const isMassCancel = (event: RiskEvent): event is MassCancelAsked => event.kind === "mass-cancel-asked";
const symbolOf = ({ symbol }: { readonly symbol: string }): string => symbol;
