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

/** Facts on their way to the mirror, which nobody reads: see fact-text.ts. */
export type FactText = {
  /** Facts follow each other without a gap. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** No fact was committed before or after these moments, and none is of another kind; a part may say as much as the whole. */
  readonly earliest: number;
  readonly latest: number;
  readonly kinds: readonly string[];
  /** In brackets it is a JSON array. */
  readonly text: string;
};

type Sent = {
  /** The sender as the mirror knows it: `<kind>:<name>`. */
  readonly actor: string;
  /** For the archiver: the token of this batch, and those of our own batches that the mirror may hold before it. See fence.ts. */
  readonly incarnation: string;
  readonly knownIncarnations: readonly string[];
};

/** To a destination that reads the facts. Archivers took them like this too, and still do while a deploy goes on. */
export type OutboxBatch = Sent & { readonly facts: readonly Fact[] };

/** To the mirror, which passes them on. */
export type TextBatch = Sent & FactText;

/** What a destination says: up to which seq it has everything, or that another copy of this actor has been there. */
export type Confirmation = { readonly watermark: number } | { readonly fenced: true };

export type Deliver = (destination: string, batch: OutboxBatch | TextBatch) => Promise<Confirmation>;
