/** A label book over a disk in memory. */
import { createHash } from "node:crypto";
import type { Attempt } from "../../actors/label-book/attempt.ts";
import { parseLabelPatch, parseNewLabel } from "../../actors/label-book/messages.ts";
import { LabelStore, MIGRATIONS } from "../../actors/label-book/store.ts";
import { LabelTurns } from "../../actors/label-book/turns.ts";
import { label, labelVersion, type NewLabel } from "../../src/contracts/labels.ts";
import { TurnBench } from "./turn-bench.ts";

export const SYMBOL = "XNAS:AAPL";
/** Of what labels are about; the bench's clock is later. */
export const AT = 1_690_000_000_000;
export const noted = (changes: Record<string, unknown> = {}) => ({
  symbol: SYMBOL,
  ts: AT,
  text: "a note",
  ...changes,
});

type Call = { readonly key?: string; readonly by?: string };

export class LabelBench extends TurnBench<LabelStore, LabelTurns> {
  /** The newest fact that Postgres has. */
  archived = Number.MAX_SAFE_INTEGER;
  #made = 0;

  constructor() {
    super(MIGRATIONS, (sql, surroundings) => {
      // The first load comes before the fields.
      const store = new LabelStore(sql, () => this.archived ?? Number.MAX_SAFE_INTEGER);
      return { store, turns: new LabelTurns("acme", store, surroundings) };
    });
  }

  createTurn(body: object, { key, by = "key-1" }: Call = {}) {
    const parsed = parsedBody(body);
    const keys = [
      ...(key === undefined ? [] : [`key ${key}`]),
      ...(parsed.id === undefined ? [] : [`id ${parsed.id}`]),
    ];
    const bodyHash = createHash("sha256").update(JSON.stringify(body)).digest("hex");
    const attempt: Attempt = { id: parsed.id ?? `l-${this.#made++}`, keys, bodyHash };
    return this.turns.create(parsed, attempt, by);
  }

  changeTurn(id: string, patch: object, { ifMatch, by = "key-1" }: { ifMatch?: string; by?: string } = {}) {
    const parsed = parseLabelPatch(JSON.stringify(patch));
    if (!parsed.ok) throw new Error(JSON.stringify(parsed));
    return this.turns.change(id, parsed.value, ifMatch, by);
  }

  create(body: object = noted(), call: Call = {}) {
    return this.run(this.createTurn(body, call));
  }

  /** The label of a creation that must succeed. */
  made(body?: object, call?: Call) {
    const reply = this.create(body, call);
    if (!reply.ok) throw new Error(reply.code);
    return label.parse(JSON.parse(reply.value));
  }

  change(id: string, patch: object, call: { ifMatch?: string; by?: string } = {}) {
    return this.run(this.changeTurn(id, patch, call));
  }

  remove(id: string, ifMatch?: string, by = "key-1") {
    return this.run(this.turns.remove(id, ifMatch, by));
  }

  read(id: string) {
    const reply = this.turns.read(id);
    return reply.ok ? label.parse(JSON.parse(reply.value)) : undefined;
  }

  history(id: string, limit = 200) {
    const reply = this.turns.history(id, { limit });
    return reply.ok ? reply.value.items.map((item) => labelVersion.parse(JSON.parse(item))) : undefined;
  }
}

function parsedBody(body: object): NewLabel {
  const parsed = parseNewLabel(JSON.stringify(body));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed));
  return parsed.value;
}
