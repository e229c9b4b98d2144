/**
 * When a live feed opens and closes its connections: pure, with time and randomness from outside. One connection is in
 * use; near the end of its life a second is opened, both run side by side for a while, and then the first is closed.
 *
 *   none ──open──► opening ──opened──► in use ──life ends──► in use + successor ──overlap──► in use (the successor)
 *     ▲               │ no answer         │ cut or silent         │ one of them cut: the other is the one in use
 *     └── back off ◄──┴───────────────────┘ ◄─────────────────────┘
 */

export type LinkAction =
  | { readonly kind: "open"; readonly link: number }
  | { readonly kind: "close"; readonly link: number; readonly why: CloseReason };
/** `renewed` is the end of a life; the others are failures of the connection. */
export type CloseReason = "renewed" | "silent" | "no-answer";

/** A handshake across the world takes a second or two. */
const OPEN_MS_MAX = 10_000;
/** The venue pings every 20 s: three that did not come are no accident. */
const SILENCE_MS_MAX = 60_000;
/** The venue cuts after 24 hours; half an hour leaves room for a successor that fails several times. */
const LIFE_MS = 23 * 3_600_000;
/** Feeds that were started together do not renew together. */
const LIFE_SPREAD_MS = 1_800_000;
/** Longer than two connections are ever apart from each other. */
export const OVERLAP_MS = 10_000;
/** The first wait after a cut is at most this, and doubles with each failure in a row. */
const BACKOFF_MS_FIRST = 500;
/** A feed that is back half a minute after the venue is soon enough. */
const BACKOFF_MS_MAX = 30_000;
/** A connection that lasted a minute was a good one: its end begins the back-off anew. */
const STEADY_MS = 60_000;
/** The venue counts five minutes, and takes 300 attempts of one address in them; others may share the address. */
const WINDOW_MS = 300_000;
const CONNECTS_PER_WINDOW_MAX = 60;

type Link = {
  readonly id: number;
  readonly askedAt: number;
  openedAt: number | undefined;
  heardAt: number;
  renewAt: number;
};

export class LinkPlan {
  readonly #random: () => number;
  #inUse: Link | undefined;
  #successor: Link | undefined;
  #made = 0;
  #failures = 0;
  #notBefore = Number.NEGATIVE_INFINITY;
  #askedAt: number[] = [];

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Connections that bring something now. */
  get open(): number {
    return this.#links().filter(({ openedAt }) => openedAt !== undefined).length;
  }

  /** The earliest moment of the next attempt. */
  get notBefore(): number {
    return this.#notBefore;
  }

  opened(id: number, now: number): void {
    const link = this.#linkOf(id);
    if (link === undefined) return;
    link.openedAt = now;
    link.heardAt = now;
    link.renewAt = now + LIFE_MS + this.#random() * LIFE_SPREAD_MS;
  }

  /** A frame or a ping. */
  heard(id: number, now: number): void {
    const link = this.#linkOf(id);
    if (link !== undefined) link.heardAt = now;
  }

  /** The venue has said that it will cut this connection. */
  announced(id: number, now: number): void {
    const link = this.#linkOf(id);
    if (link !== undefined) link.renewAt = now;
  }

  /** The connection is gone, or never came to be; the venue may have asked for a wait. */
  ended(id: number, now: number, waitMs = 0): void {
    const link = this.#linkOf(id);
    if (link !== undefined) this.#lose(link, now, waitMs);
  }

  due(now: number): LinkAction[] {
    const actions: LinkAction[] = [];
    for (const link of this.#links()) {
      const why = faultOf(link, now);
      if (why === undefined) continue;
      this.#lose(link, now, 0);
      actions.push({ kind: "close", link: link.id, why });
    }
    const replaced = this.#replaced(now);
    if (replaced !== undefined) actions.push({ kind: "close", link: replaced.id, why: "renewed" });
    if (this.#wantsOne(now) && this.#mayAsk(now)) actions.push({ kind: "open", link: this.#ask(now).id });
    return actions;
  }

  /** The successor has run beside it for long enough, and brings something. */
  #replaced(now: number): Link | undefined {
    const [old, next] = [this.#inUse, this.#successor];
    if (old === undefined || next?.openedAt === undefined) return undefined;
    if (now - next.openedAt < OVERLAP_MS || next.heardAt <= next.openedAt) return undefined;
    this.#inUse = next;
    this.#successor = undefined;
    return old;
  }

  #wantsOne(now: number): boolean {
    if (this.#inUse === undefined) return true;
    const { openedAt, renewAt } = this.#inUse;
    return openedAt !== undefined && now >= renewAt && this.#successor === undefined;
  }

  #mayAsk(now: number): boolean {
    this.#askedAt = this.#askedAt.filter((at) => at > now - WINDOW_MS);
    return now >= this.#notBefore && this.#askedAt.length < CONNECTS_PER_WINDOW_MAX;
  }

  #ask(now: number): Link {
    this.#made += 1;
    this.#askedAt.push(now);
    const renewAt = Number.POSITIVE_INFINITY;
    const link: Link = { id: this.#made, askedAt: now, openedAt: undefined, heardAt: now, renewAt };
    if (this.#inUse === undefined) this.#inUse = link;
    else this.#successor = link;
    return link;
  }

  #lose(link: Link, now: number, waitMs: number): void {
    const steady = link.openedAt !== undefined && now - link.openedAt >= STEADY_MS;
    this.#failures = steady ? 0 : this.#failures + 1;
    const ceiling = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_FIRST * 2 ** Math.min(this.#failures, 16));
    this.#notBefore = now + Math.max(waitMs, this.#random() * ceiling);
    if (this.#inUse === link) {
      this.#inUse = this.#successor;
      this.#successor = undefined;
    } else this.#successor = undefined;
  }

  #links(): readonly Link[] {
    return [this.#inUse, this.#successor].filter((link) => link !== undefined);
  }

  #linkOf(id: number): Link | undefined {
    return this.#links().find((link) => link.id === id);
  }
}

function faultOf({ askedAt, openedAt, heardAt }: Link, now: number): CloseReason | undefined {
  if (openedAt === undefined) return now - askedAt > OPEN_MS_MAX ? "no-answer" : undefined;
  return now - heardAt > SILENCE_MS_MAX ? "silent" : undefined;
}
