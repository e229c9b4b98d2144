/** Rules of how limits come into force: put at once or for later, proposed and approved, taken back. */
import { DAY_MS } from "../../src/domain/time.ts";
import { begin, endLoosens, expire, putOverride } from "./decide-overrides.ts";
import type { RiskEvent } from "./events.ts";
import type { LimitOrigin, PendingLimits, PlannedSet } from "./limit-records.ts";
import { limitsFrom } from "./limit-set.ts";
import {
  after,
  gone,
  inForce,
  type Planned,
  planned,
  saidOf,
  waiting,
  withOthers,
} from "./limits-in-force.ts";
import type { AccountCommand, LimitsCommand } from "./messages.ts";
import { baseOf, isOverride, limitsIn, loosenedBy, overridesIn } from "./overrides.ts";
import { refuse } from "./refused.ts";
import type { Account, RiskState } from "./state.ts";
import { heardOfAccount } from "./strategy-news.ts";

type Command<Type> = Extract<AccountCommand, { readonly type: Type }>;

/** Who plans further ahead puts it when the year has come. */
const AHEAD_MS_MAX = 366 * DAY_MS;

export function putLimits(state: RiskState, command: Command<"put-limits">, at: number): Planned {
  const { account } = state;
  if (account === undefined) return refuse("account-unknown", "put the account first");
  const { version } = state.limits;
  const { limits, ifMatch, effectiveAt = at, reason, template, by } = command;
  if (ifMatch !== undefined && versionOf(ifMatch) !== version)
    return refuse("version-conflict", `version ${version} is in force`);
  if (effectiveAt < at || effectiveAt > at + AHEAD_MS_MAX)
    return refuse("range", "`effectiveAt` lies in the past, or more than a year ahead");
  const valid = limitsFrom(limits, account.account);
  if ("refuse" in valid) return valid;
  const base = baseOf(state.limits);
  const loosens = account.fourEyes === true ? loosenedBy(state, limits) : [];
  const plan: PlannedSet = {
    ...{ what: "set", text: JSON.stringify(limits), onBase: base.version },
    ...(effectiveAt > at ? { effectiveAt } : {}),
    ...(template === undefined ? {} : { template }),
  };
  const planned = { plan, by, at, loosens, ...(reason === undefined ? {} : { reason }) };
  if (loosens.length > 0) return waiting(state, { ...planned, status: "proposed" });
  if (effectiveAt > at) return waiting(state, { ...planned, status: "scheduled" });
  return inForce(
    state,
    { text: plan.text },
    { by, since: at, origin: { what: "put", ...saidOf(planned) } },
    at,
  );
}

/** `3` or `"3"`. */
const versionOf = (ifMatch: string): number => Number(/^"?(\d{1,15})"?$/.exec(ifMatch)?.[1] ?? Number.NaN);

export function decideLimits(state: RiskState, command: LimitsCommand, at: number): Planned {
  if (state.account === undefined) return refuse("account-unknown", "put the account first");
  if (command.body.by !== command.by)
    return refuse("principal-mismatch", "`by` is the subject of the credential");
  switch (command.type) {
    case "override":
      return putOverride(state, state.account, command, at);
    case "propose":
      return proposeEyes(state, state.account, command, at);
    case "approve":
      return approve(state, state.account, command, at);
    case "reject":
      return reject(state, command, at);
    case "cancel":
      return cancel(state, state.account, command, at);
  }
}

type Asked<Type> = Extract<LimitsCommand, { readonly type: Type }>;

function proposeEyes(
  state: RiskState,
  account: Account,
  { body, by }: Asked<"propose">,
  at: number,
): Planned {
  if (account.fourEyes !== true)
    return refuse("field-combination", "the account needs no second person as it is");
  const pending = { plan: { what: "four-eyes" }, by, at, reason: body.reason, loosens: [] } as const;
  return waiting(state, { ...pending, status: "proposed" });
}

function approve(
  state: RiskState,
  account: Account,
  { id, body, by }: Asked<"approve">,
  at: number,
): Planned {
  const entry = state.pendingLimits.get(id);
  if (entry?.status !== "proposed") return refuse("pending-unknown", "no such proposal waits");
  if (entry.by === by) return refuse("approval-own", "somebody else approves what you proposed");
  const { plan } = entry;
  const approved = gone("approved", entry, { by, reason: body.reason, at });
  if (plan.what === "four-eyes") return after([approved], withoutEyes(state, account, by, at));
  if (plan.onBase !== baseOf(state.limits).version)
    return refuse("proposal-outdated", `version ${baseOf(state.limits).version} was put since`);
  if (plan.what === "override") {
    const begun = { ...entry, plan, at, approvedBy: by, status: "in-force" } as const;
    // Under the same id: what was proposed has begun.
    return begin(state, begun, at);
  }
  if ((plan.effectiveAt ?? at) > at) {
    const scheduled: PendingLimits = { ...entry, status: "scheduled", approvedBy: by };
    return { events: [{ ...planned("approved", scheduled), at, by, reason: body.reason } as RiskEvent] };
  }
  const origin: LimitOrigin = { what: "approved", ref: id, approvedBy: by, ...saidOf(entry) };
  return after([approved], inForce(state, { text: plan.text }, { by: entry.by, since: at, origin }, at));
}

function withoutEyes(state: RiskState, account: Account, by: string, at: number): Planned {
  const { fourEyes: _, ...rest } = account;
  return { events: [{ kind: "account-put", at, account: rest, by }, ...heardOfAccount(state, rest, at)] };
}

function reject(state: RiskState, { id, body, by }: Asked<"reject">, at: number): Planned {
  const entry = state.pendingLimits.get(id);
  if (entry?.status !== "proposed") return refuse("pending-unknown", "no such proposal waits");
  return { events: [gone("rejected", entry, { by, reason: body.reason, at })] };
}

function cancel(state: RiskState, account: Account, { id, body, by }: Asked<"cancel">, at: number): Planned {
  const entry = state.pendingLimits.get(id);
  if (entry === undefined || entry.status === "proposed")
    return refuse("pending-unknown", "nothing of this id is scheduled or stands for a while");
  const cancelled = gone("cancelled", entry, { by, reason: body.reason, at });
  if (!isOverride(entry)) return { events: [cancelled] };
  const { reason } = body;
  const others = overridesIn(state).filter((other) => other.id !== id);
  const brought = { by, since: at, origin: { what: "override-ended", ref: id, reason } } as const;
  if (account.fourEyes === true && endLoosens(state, entry))
    return refuse(
      "approval-required",
      "without it the limit is looser: another override in its place is proposed",
    );
  return after([cancelled], withOthers(state, others, brought, at));
}

/** What becomes by itself, now that its moment has come: of all that wait the one that was due first. */
export function becomeDue(state: RiskState, entry: PendingLimits, at: number): readonly RiskEvent[] {
  const { plan, by } = entry;
  if (plan.what === "override") return expire(state, entry, plan, at);
  if (plan.what !== "set") return [];
  const since = plan.effectiveAt ?? at;
  const loosens = unapproved(state, entry, plan);
  // Other limits were put since it was scheduled, and it is looser than those.
  if (loosens.length > 0) {
    const proposal: PendingLimits = { ...entry, status: "proposed", loosens };
    return [{ ...planned("proposed", proposal), at } as RiskEvent];
  }
  const origin: LimitOrigin = {
    ...{ what: "scheduled", ref: entry.id, ...saidOf(entry) },
    ...(entry.approvedBy === undefined ? {} : { approvedBy: entry.approvedBy }),
  };
  const begun = gone("begun", entry, { by, at });
  const decided = inForce(state, { text: plan.text }, { by, since, origin }, at);
  // Together with overrides that began since it can be more than a set may hold.
  return "refuse" in decided
    ? [gone("refused", entry, { by, reason: decided.detail, at })]
    : [begun, ...decided.events];
}

const unapproved = (state: RiskState, { approvedBy }: PendingLimits, { text }: PlannedSet): string[] =>
  state.account?.fourEyes === true && approvedBy === undefined ? loosenedBy(state, limitsIn(text)) : [];
