/**
 * How much of limits with levels is used, looked at with each group and after prices. Each look is followed by a rest of twenty times as
 * long, so that it takes no more than a twentieth of an account's time. Levels are memory: after a load one may be told again.
 */
import { decimalText } from "../../src/domain/decimal.ts";
import type { LimitLevels } from "../../src/domain/limit.ts";
import { memberOf } from "./applied-limits.ts";
import { LEVELS_MAX } from "./capacity.ts";
import { levelOf } from "./levels.ts";
import type { WatchOptions } from "./loss-watch.ts";
import { type LimitUse, usesMore, visitUses } from "./standing-limits.ts";
import { type Limit, type RiskState, tripKey } from "./state.ts";
import { tripEvents } from "./trips.ts";
import type { UtilisationLevel } from "./watch-events.ts";

/** Working out the use of one limit by one member takes some 5 µs. */
const REST_MS_PER_USE = 0.1;

type Leveled = Limit & { readonly levels: LimitLevels };

export class LevelWatch {
  readonly #options: Omit<WatchOptions, "sql">;
  #mustLook = false;
  #restUntil = 0;
  #waking: ReturnType<typeof setTimeout> | undefined;

  constructor(options: Omit<WatchOptions, "sql">) {
    this.#options = options;
  }

  note(): void {
    this.#mustLook = true;
  }

  pricesMoved(): void {
    const { state, now } = this.#options;
    if (leveledIn(state).length === 0) return;
    this.#mustLook = true;
    this.#wakeIn(Math.max(0, this.#restUntil - now()));
  }

  /** Inside the group's transaction, before anything of it is written. */
  write(): void {
    const { state, now } = this.#options;
    const limits = leveledIn(state);
    if (!this.#mustLook || (limits.length === 0 && state.levels.size === 0)) return;
    const at = now();
    if (at < this.#restUntil) {
      this.#wakeIn(this.#restUntil - at);
      return;
    }
    this.#mustLook = false;
    const uses = usesOf(state, limits, at);
    this.#restUntil = at + Math.floor(uses.size * REST_MS_PER_USE);
    for (const [key, { use, member }] of uses) this.#look(key, use, member, at);
    for (const [key, { limitId, member }] of state.levels)
      if (!uses.has(key)) this.#left(limitId, member, at);
    // What was recorded here is no reason to look again.
    this.#mustLook = false;
  }

  #look(key: string, use: LimitUse, member: string, at: number): void {
    const { state, record } = this.#options;
    const { limit, observed, bound, scale } = use;
    const stood = state.levels.get(key)?.level;
    const level = limit.levels === undefined ? undefined : levelOf(limit.levels, use, stood);
    if (level === stood) return;
    const isNoted = stood !== undefined || state.levels.size < LEVELS_MAX;
    const texts = { limit: decimalText(bound, scale), observed: decimalText(observed, scale) };
    const about = { limitId: limit.id, code: limit.kind, scope: limit.scope.kind, member };
    if (isNoted) record([{ kind: "utilisation-level", at, ...about, level, ...texts }]);
    if (level === "stop") record(tripEvents(state, { limit, member, observed, bound, scale }, at));
  }

  /** It uses nothing of it any more. */
  #left(limitId: string, member: string, at: number): void {
    const { state, record } = this.#options;
    const limit = state.limits.limits.find(({ id }) => id === limitId);
    if (limit === undefined) return;
    const about = { limitId, code: limit.kind, scope: limit.scope.kind, member };
    const event: UtilisationLevel = {
      ...{ kind: "utilisation-level", at, ...about, level: undefined, limit: "0", observed: "0" },
    };
    record([event]);
  }

  #wakeIn(waitMs: number): void {
    this.#waking ??= setTimeout(() => {
      this.#waking = undefined;
      this.#options.flush();
    }, waitMs);
  }
}

const leveledIn = ({ limits }: RiskState): Leveled[] =>
  limits.limits.filter((limit): limit is Leveled => limit.levels !== undefined);

/** Of each member the largest: a strategy's positions are several of one. */
function usesOf(
  state: RiskState,
  limits: readonly Leveled[],
  at: number,
): Map<string, { readonly use: LimitUse; readonly member: string }> {
  const found = new Map<string, { readonly use: LimitUse; readonly member: string }>();
  visitUses(state, limits, at, (uses) => {
    for (const use of uses) {
      const member = memberOf(use.limit, use.subject);
      const key = tripKey(use.limit.id, member);
      const known = found.get(key);
      if (known === undefined || usesMore(use, known.use)) found.set(key, { use, member });
    }
  });
  return found;
}
