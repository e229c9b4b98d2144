/** What actors hand to each other and to the mirror: facts, in numbered batches that the receiver confirms. */

/** seq, committed at (epoch ms), kind, payload (JSON text), and the call that it came of. */
export type Fact = readonly [
  seq: number,
  committedAt: number,
  kind: string,
  payload: string,
  requestId?: string,
  traceparent?: string,
];

export type OutboxBatch = {
  /** The sender as the mirror knows it: `<kind>:<name>`. */
  readonly actor: string;
  readonly facts: readonly Fact[];
  /** For the archiver: the token of this batch, and those of our own batches that the mirror may hold before it. See fence.ts. */
  readonly incarnation: string;
  readonly knownIncarnations: readonly string[];
};

/** What a destination says: up to which seq it has everything, or that another copy of this actor has been there. */
export type Confirmation = { readonly watermark: number } | { readonly fenced: true };

export type Deliver = (destination: string, batch: OutboxBatch) => Promise<Confirmation>;
