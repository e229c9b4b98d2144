/** Limits as they are compared, how a set of them came into force, and what waits to be one or stands in place of a limit for a while. */
import type {
  LimitAction,
  LimitKind,
  LimitLevel,
  LimitLevels,
  LimitScopeKind,
  LimitUnit,
  PriceReference,
} from "../../src/domain/limit.ts";
import type { NodeName, ParentLimit } from "../runtime/escrow/messages.ts";

export type Limit = {
  readonly id: string;
  readonly kind: LimitKind;
  /** Without `id` it holds for each member. */
  readonly scope: { readonly kind: LimitScopeKind; readonly id?: string };
  /** Both at the scale of the kind's unit (`checks/units.ts`); 0 of a kind that has none. */
  readonly threshold: bigint;
  readonly warnAt?: bigint;
  readonly action: LimitAction;
  readonly windowMs?: number;
  readonly unit: LimitUnit;
  readonly reference?: PriceReference;
  /** A part of one, at `PART_SCALE` decimals, as `confidence` and `rho` are. */
  readonly participation?: bigint;
  /** Daily; beside more volatile symbols a limit on one order is tighter. */
  readonly volatilityReference?: bigint;
  readonly confidence?: bigint;
  readonly horizonDays?: number;
  readonly n?: number;
  readonly factor?: string;
  readonly rho?: bigint;
  /** Of a restricted list what it names; of a scope `group` whom it holds for. */
  readonly symbols?: ReadonlySet<string>;
  readonly levels?: LimitLevels;
  /** Members of its scope that have one of their own in its place. */
  readonly except?: ReadonlySet<string>;
  /** Inherited from a node above, of whose budget the account holds a part: no more than that, whatever the threshold of all of it. */
  readonly quota?: Quota;
};
/** `half`: of a net limit, which of its two budgets it is about. `isBySymbol`: what one symbol is short does not make less of what another is long. */
export type Quota = {
  readonly node: NodeName;
  readonly budget: string;
  readonly half?: "long" | "short";
  readonly isBySymbol?: true;
};

/** Which of its levels a member of a limit has reached, and when an order of it was let through last. */
export type LevelStand = {
  readonly limitId: string;
  readonly member: string;
  readonly level: LimitLevel;
  readonly acceptedAt?: number;
};

/** A limit that was reached and stays so for one member of its scope, whatever it would measure since, until somebody releases it. */
export type Trip = {
  readonly limitId: string;
  /** Whom of the limit's scope it is about; "" of an account. */
  readonly member: string;
  readonly kind: LimitKind;
  /** Decimal text, as they were when it was reached. */
  readonly observed: string;
  readonly limit: string;
  readonly at: number;
};

/** Sorted as the registry publishes the kinds. `text` is the public array as it is in force. */
export type LimitSet = {
  readonly version: number;
  readonly limits: readonly Limit[];
  readonly text: string;
  /** In force from then on. Absent, as the next two, in what was stored before it was kept. */
  readonly since?: number;
  readonly by?: string;
  readonly origin?: LimitOrigin;
  /** The limits as they were put, and by which version, where overrides have changed them or have ended since. */
  readonly base?: { readonly version: number; readonly text: string };
  /** Those of nodes above, which are among `limits` and not in `text`; absent where there are none. */
  readonly inherited?: readonly ParentLimit[];
};

/** By what a version of the limits was brought. `ref`: the id under which it waited, or of the override. */
export type LimitOrigin = {
  readonly what: "put" | "scheduled" | "approved" | "override" | "override-ended" | "parent";
  readonly reason?: string;
  readonly ref?: string;
  readonly approvedBy?: string;
  readonly template?: TemplateUsed;
};
export type TemplateUsed = { readonly id: string; readonly version: number };

/** `text`: the public limits. `onBase`: the version whose limits its proposer saw, overrides aside. */
export type PlannedSet = {
  readonly what: "set";
  readonly text: string;
  readonly onBase: number;
  readonly effectiveAt?: number;
  readonly template?: TemplateUsed;
};
/** `threshold` is decimal text. Without a member for all of the limit's scope. */
export type PlannedOverride = {
  readonly what: "override";
  readonly onBase: number;
  readonly limitId: string;
  readonly member?: string;
  readonly threshold: string;
  readonly until: number;
};
/** That the account needs no second person any more. */
export type PlannedEyes = { readonly what: "four-eyes" };

export type PendingLimits = {
  readonly id: string;
  readonly status: "scheduled" | "proposed" | "in-force";
  readonly plan: PlannedSet | PlannedOverride | PlannedEyes;
  readonly by: string;
  readonly at: number;
  readonly reason?: string;
  readonly approvedBy?: string;
  /** Ids of limits that it is looser than. */
  readonly loosens: readonly string[];
};

/** When something becomes of it by itself; undefined where that waits for a person. */
export function dueOf({ status, plan }: PendingLimits): number | undefined {
  if (plan.what === "override") return plan.until;
  return plan.what === "set" && status === "scheduled" ? plan.effectiveAt : undefined;
}

/** Of all that wait the one that is due first. */
export function firstDue(pending: ReadonlyMap<string, PendingLimits>): PendingLimits | undefined {
  let first: PendingLimits | undefined;
  let due = Number.POSITIVE_INFINITY;
  for (const one of pending.values()) {
    const at = dueOf(one);
    if (at === undefined || at >= due) continue;
    first = one;
    due = at;
  }
  return first;
}

/** What became of it: the entry has left, unless it says how it stands. */
export type LimitsPlanned = {
  readonly kind: "limits-planned";
  readonly at: number;
  readonly id: string;
  readonly what: PendingLimits["plan"]["what"];
  readonly change:
    | "scheduled"
    | "proposed"
    | "approved"
    | "rejected"
    | "cancelled"
    | "begun"
    | "ended"
    | "replaced"
    | "refused";
  readonly entry?: PendingLimits;
  readonly by: string;
  readonly reason?: string;
};

/** The payload of its fact. Limits of a set are text already. */
export function limitsPlannedText({ id, what, change, entry, by, reason, at }: LimitsPlanned): string {
  const head = { id, what, change, by, reason: reason ?? null, at };
  if (entry === undefined) return JSON.stringify(head);
  const { plan, status, loosens } = entry;
  const told = { ...head, status, loosens, approvedBy: entry.approvedBy ?? null };
  if (plan.what !== "set") return JSON.stringify({ ...told, plan });
  const { text, ...rest } = plan;
  return `${JSON.stringify({ ...told, plan: rest }).slice(0, -1)},"limits":${text}}`;
}

/** What sockets hear: whoever wants the limits themselves asks for them. */
export function limitsPutNote(
  {
    set: { version, origin, since },
    by,
    at,
  }: { readonly set: LimitSet; readonly by: string; readonly at: number },
  seq: number,
): string {
  const { what = null, reason = null, ref = null, approvedBy = null, template = null } = origin ?? {};
  return JSON.stringify({ seq, version, since: since ?? at, by, what, reason, ref, approvedBy, template });
}

export function limitsPlannedNote(
  { id, what, change, entry, by, reason, at }: LimitsPlanned,
  seq: number,
): string {
  return JSON.stringify({
    seq,
    id,
    what,
    change,
    status: entry?.status ?? null,
    by,
    reason: reason ?? null,
    at,
  });
}

/** As the list of them shows it. */
export function pendingText(pending: PendingLimits): string {
  const { id, status, plan, by, at, reason = null, approvedBy = null, loosens } = pending;
  const { effectiveAt = null, template = null } = plan.what === "set" ? plan : {};
  const head = { id, what: plan.what, status, by, at, reason, approvedBy, effectiveAt, template, loosens };
  if (plan.what === "set") return `${JSON.stringify(head).slice(0, -1)},"limits":${plan.text}}`;
  if (plan.what !== "override") return JSON.stringify(head);
  const { limitId, member, threshold, until } = plan;
  const override = { limitId, ...(member === undefined ? {} : { member }), threshold, until };
  return JSON.stringify({ ...head, override });
}
