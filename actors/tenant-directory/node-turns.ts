/** Firms and desks as turns: noted before they are made, listed as they tell of themselves. */
import type { NodeKind } from "../../src/domain/firm.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import type { NamePage, NodeNews } from "./messages.ts";
import { type NodeRows, shownNode } from "./node-rows.ts";
import { type NodeAdmission, nodeRefusal } from "./node-rules.ts";

export class NodeTurns {
  readonly #tenant: string;
  readonly #rows: NodeRows;
  readonly #outbox: Pick<Outbox, "add">;
  readonly #clock: Clock;

  constructor(
    tenant: string,
    rows: NodeRows,
    { outbox, clock }: { readonly outbox: Pick<Outbox, "add">; readonly clock: Clock },
  ) {
    this.#tenant = tenant;
    this.#rows = rows;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  /** Noting it again changes nothing. Under whom it stands is noted when it says so itself: it may refuse. */
  admit(node: NodeAdmission): Turn<ReturnType<typeof nodeRefusal>, null> {
    return {
      decide: () => nodeRefusal(this.#rows.all(), node),
      settle: (refused) => {
        if (refused !== undefined) return refused;
        const { id, kind } = node;
        if (this.#rows.find(id) !== undefined) return answer(null);
        this.#rows.mark({ node: id, kind, parent: "", shown: "" });
        this.#tell(id, kind);
        return answer(null);
      },
    };
  }

  /** What it says of itself is what is so. */
  hear({ id, kind, parent, currency }: NodeNews): void {
    const shown = shownNode(kind, id, currency, parent ?? null);
    this.#rows.mark({ node: id, kind, parent: parent ?? "", shown });
  }

  has(kind: NodeKind, id: string): boolean {
    return this.#rows.find(id)?.kind === kind;
  }

  list(
    kind: NodeKind,
    { limit, after = "" }: { readonly limit: number; readonly after?: string },
  ): ActorReply<NamePage> {
    const rows = this.#rows.page(kind, after, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > page.length && last !== undefined ? { next: last.name } : {};
    return answer({ items: page.map(({ shown }) => shown), total: this.#rows.count(kind), ...next });
  }

  #tell(id: string, kind: NodeKind): void {
    const now = this.#clock.now();
    this.#outbox.add("node-admitted", JSON.stringify({ tenant: this.#tenant, id, kind, at: now }), now);
  }
}
