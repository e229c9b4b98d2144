/** A request that changes the account, on its way: queued, decided, recorded, answered; under a key once. */
import type { z } from "zod";
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import type { Envelope } from "../runtime/envelope.ts";
import { sha256Hex } from "../runtime/id.ts";
import type { Remembered } from "../runtime/idempotency.ts";
import { type ActorReply, answer, type Refusal, refusal } from "../runtime/reply.ts";
import type { Decided } from "./decide.ts";
import type { Lane } from "./lanes.ts";
import type { Ledger, RiskBricks } from "./ledger.ts";
import { mergedRefusal, wholeRefusal } from "./parts-gate.ts";
import type { ReferencePrices } from "./reference-prices.ts";
import type { RiskState } from "./state.ts";

type Parsed<Value> = { readonly ok: true; readonly value: Value } | Refusal;
export type Replied = Promise<ActorReply<string>>;

/** `isOwn`: of this part alone, whoever has which symbol by now. */
type Command = { readonly type: string; readonly body: string; readonly isOwn?: boolean };

export class RequestTurns {
  readonly #ledger: Ledger;
  readonly #bricks: RiskBricks;
  readonly #prices: ReferencePrices;

  constructor(ledger: Ledger, bricks: RiskBricks, prices: ReferencePrices) {
    this.#ledger = ledger;
    this.#bricks = bricks;
    this.#prices = prices;
  }

  /** Under an Idempotency-Key the same request gets the same reply; another one is refused. */
  async run(
    lane: Lane,
    envelope: Envelope,
    { type, body, isOwn = false }: Command,
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
        const split = isOwn ? undefined : partedRefusal(ledger.state, envelope, type);
        const at = clock.now();
        if (split !== undefined) return { at, early: split };
        const remembered = key === undefined ? undefined : ledger.rememberedRequest(key);
        return remembered === undefined
          ? { at, decided: decideAt(at) }
          : { at, early: repeated(remembered, bodyHash) };
      },
      ({ at, decided, early }) => {
        if (early !== undefined) return early;
        if ("refuse" in decided) return refusedWith(decided);
        const full = ledger.roomRefusal(decided.events);
        if (full !== undefined) return full;
        ledger.record(decided.events);
        for (const event of decided.events)
          if ((event.kind === "execution-booked" || event.kind === "adjusted") && event.symbol !== undefined)
            this.#prices.follow(event.symbol);
        const reply = shown(ledger, at);
        if (key !== undefined) ledger.rememberRequest(key, { bodyHash, reply });
        return answer(reply);
      },
    );
  }
}

/** What is put at every part comes with the map by which that is done; all else is about the whole account. */
const partedRefusal = (
  { parts }: Pick<RiskState, "parts">,
  envelope: Envelope,
  type: string,
): Refusal | undefined =>
  type === "set-state" || type === "put-limits"
    ? mergedRefusal({ parts }, envelope.parts)
    : wholeRefusal({ parts });

const repeated = (remembered: Remembered, bodyHash: string): ActorReply<string> =>
  remembered.bodyHash === bodyHash
    ? answer(remembered.reply)
    : refusal("idempotency-key-reused", "the key came with another body before");

const refusedWith = ({ refuse: code, detail, errors }: Extract<Decided, { refuse: unknown }>): Refusal => ({
  ...refusal(code, detail),
  ...(errors === undefined ? {} : { errors }),
});

/** The edge has judged it already; what it passed on is parsed into its types here. */
export function parse<Schema extends z.ZodType>(schema: Schema, body: string): Parsed<z.output<Schema>> {
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
