/** The connections of a live feed: does what the plan says, and tells the plan and the feed what happens. */
import { type CloseReason, type LinkAction, LinkPlan } from "../../src/feeds/link-plan.ts";
import { openSocket, type VenueSocket } from "./venue-socket.ts";

export type LinkEvents = {
  readonly frame: (text: string, link: number) => void;
  readonly note: (event: string, text: string) => void;
};
export type LinksPlan = {
  readonly url: string;
  readonly now: () => number;
  readonly random: () => number;
} & LinkEvents;

const WHY_CLOSED: Readonly<Record<CloseReason, string>> = {
  renewed: "its time was up and a new one has taken over",
  silent: "nothing came for a minute, not even a ping",
  "no-answer": "no answer to the handshake",
};

export class Links {
  readonly #links: LinksPlan;
  readonly #plan: LinkPlan;
  readonly #sockets = new Map<number, VenueSocket>();
  #lost = 0;

  constructor(links: LinksPlan) {
    this.#links = links;
    this.#plan = new LinkPlan(links.random);
  }

  get open(): number {
    return this.#plan.open;
  }

  /** Connections that ended though we had not closed them, and those that we had to give up. */
  get lost(): number {
    return this.#lost;
  }

  /** To be called often: everything that depends on time happens here. */
  poll(): void {
    for (const action of this.#plan.due(this.#links.now())) this.#do(action);
  }

  /** The venue will cut this connection: it is to be replaced before. */
  announced(link: number): void {
    this.#plan.announced(link, this.#links.now());
  }

  closeAll(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
  }

  #do(action: LinkAction): void {
    if (action.kind === "open") this.#open(action.link);
    else this.#close(action.link, action.why);
  }

  #close(link: number, why: CloseReason): void {
    this.#sockets.get(link)?.close();
    this.#sockets.delete(link);
    if (why !== "renewed") this.#lost += 1;
    this.#links.note(why === "renewed" ? why : "lost", `connection closed: ${WHY_CLOSED[why]}.`);
  }

  #open(link: number): void {
    const { url, now, frame, note } = this.#links;
    const socket = openSocket(url, {
      opened: () => {
        this.#plan.opened(link, now());
        note("connected", this.#plan.open > 1 ? "a second connection is open." : "connected.");
      },
      frame: (text) => {
        this.#plan.heard(link, now());
        frame(text, link);
      },
      pinged: () => this.#plan.heard(link, now()),
      ended: (why, waitMs) => {
        this.#sockets.delete(link);
        this.#plan.ended(link, now(), waitMs);
        this.#lost += 1;
        const inMs = Math.max(0, Math.ceil(this.#plan.notBefore - now()));
        const next = this.#plan.open > 0 ? "the other one goes on" : `again in ${inMs} ms`;
        note("lost", `connection lost (${why}); ${next}.`);
      },
    });
    this.#sockets.set(link, socket);
  }
}
