/** Templates of limits as turns: kept, forgotten, listed. What they come to in an account is the account's matter. */
import { faultsOf, requestCodeOf } from "../../src/contracts/issues.ts";
import { templateBody } from "../../src/contracts/limit-templates.ts";
import { parsedJson } from "../../src/domain/json.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Outbox } from "../runtime/outbox.ts";
import { type ActorReply, answer, refusal } from "../runtime/reply.ts";
import type { Turn } from "../runtime/turn.ts";
import { TEMPLATES_MAX } from "./bounds.ts";
import type { NamePage } from "./messages.ts";
import type { TemplateRow, TemplateRows } from "./template-rows.ts";

type Put = ActorReply<TemplateRow>;

export class TemplateTurns {
  readonly #tenant: string;
  readonly #rows: TemplateRows;
  readonly #outbox: Pick<Outbox, "add">;
  readonly #clock: Clock;

  constructor(
    tenant: string,
    rows: TemplateRows,
    { outbox, clock }: { readonly outbox: Pick<Outbox, "add">; readonly clock: Clock },
  ) {
    this.#tenant = tenant;
    this.#rows = rows;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  put(template: string, body: string, by: string): Turn<Put, string> {
    return {
      decide: () => this.#decidePut(template, body, by),
      settle: (decided) => {
        if (!decided.ok) return decided;
        this.#rows.mark(template, decided.value);
        // SAFETY: made below.
        this.#tell("limit-template-put", JSON.parse(decided.value.shown) as object);
        return answer(decided.value.shown);
      },
    };
  }

  #decidePut(template: string, body: string, by: string): Put {
    const value = parsedJson(body);
    const parsed = templateBody.safeParse(value);
    if (!parsed.success) {
      const errors = faultsOf(parsed.error, value);
      return { ...refusal(requestCodeOf(errors), errors[0]?.detail), errors };
    }
    const before = this.#rows.find(template);
    if (before === undefined && this.#rows.count >= TEMPLATES_MAX)
      return refusal("too-many", `a tenant has at most ${TEMPLATES_MAX} templates`);
    const { limits, reason = null } = parsed.data;
    const version = (before?.version ?? 0) + 1;
    const shown = JSON.stringify({ template, version, limits, by, at: this.#clock.now(), reason });
    return answer({ version, shown });
  }

  remove(template: string, by: string): Turn<boolean, null> {
    return {
      decide: () => this.#rows.find(template) !== undefined,
      settle: (isThere) => {
        if (!isThere) return UNKNOWN;
        this.#rows.mark(template, undefined);
        this.#tell("limit-template-removed", { template, by, at: this.#clock.now() });
        return answer(null);
      },
    };
  }

  find(template: string): ActorReply<string> {
    const row = this.#rows.find(template);
    return row === undefined ? UNKNOWN : answer(row.shown);
  }

  list({ limit, after = "" }: { readonly limit: number; readonly after?: string }): NamePage {
    const rows = this.#rows.page(after, limit + 1);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > page.length && last !== undefined ? { next: last.name } : {};
    return { items: page.map(({ shown }) => shown), total: this.#rows.count, ...next };
  }

  #tell(kind: string, payload: object): void {
    this.#outbox.add(kind, JSON.stringify({ tenant: this.#tenant, ...payload }), this.#clock.now());
  }
}

const UNKNOWN = refusal("template-unknown", "the tenant has no template of this name");
