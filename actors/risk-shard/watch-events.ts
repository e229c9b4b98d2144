/** Events of what is watched beside orders, each with the payload of its fact: violations and their end, limits that trip and are released, levels. */
import type { LimitKind, LimitLevel, LimitScopeKind } from "../../src/domain/limit.ts";
import type { HeldAction } from "./state.ts";

export type ViolationRaised = {
  readonly kind: "violation-raised";
  readonly at: number;
  /** `overfill`, `unsolicited-fill`, `reduce-only-exceeded`, `closed-strategy-holds`, `corporate-action-manual`, `position-drift`, or the kind of a limit that the book stands above. */
  readonly code: string;
  readonly symbol: string | undefined;
  readonly strategy: string;
  readonly clientOrderId?: string;
  readonly execId?: string;
  readonly limitId?: string;
  /** Decimal text in the limit's unit. */
  readonly limit?: string;
  readonly observed?: string;
  /** Of `corporate-action-manual`, whose `execId` is its id: nobody is told of it twice. */
  readonly action?: HeldAction;
  /** Of a limit that was put: members of its scope that stand above it since. This one is furthest above. */
  readonly members?: number;
  /** Of the limits that were in force. */
  readonly limitsVersion?: number;
  /** Of a limit of a class or a group, which of them: no one symbol is. */
  readonly member?: string;
};

type About = {
  readonly limitId: string;
  /** Whom of the limit's scope it is about; "" of an account, null in the fact. */
  readonly member: string;
};

/** For this member the limit refuses whatever does not close from here on, until it is released. */
export type LimitTripped = About & {
  readonly kind: "limit-tripped";
  readonly at: number;
  /** The limit's kind. */
  readonly code: LimitKind;
  readonly scope: LimitScopeKind;
  /** Decimal text in the limit's unit. */
  readonly limit: string;
  readonly observed: string;
};

export type LimitReleased = About & {
  readonly kind: "limit-released";
  readonly at: number;
  readonly reason: string;
  readonly by: string;
};

/** How much of a limit its member uses came to another of the limit's levels, or below all of them. */
export type UtilisationLevel = About & {
  readonly kind: "utilisation-level";
  readonly at: number;
  readonly code: LimitKind;
  readonly scope: LimitScopeKind;
  /** Undefined below all of them: that is not told as a level. */
  readonly level: LimitLevel | undefined;
  readonly limit: string;
  readonly observed: string;
};

/** Somebody looked at a violation and says why it is over. */
export type ViolationResolved = {
  readonly kind: "violation-resolved";
  readonly at: number;
  /** Of the fact that raised it. */
  readonly violation: number;
  readonly reason: string;
  readonly by: string;
};

export type WatchEvent =
  | ViolationRaised
  | LimitTripped
  | LimitReleased
  | UtilisationLevel
  | ViolationResolved;

export type ViolationRaisedFact = {
  readonly code: string;
  readonly symbol: string | null;
  readonly strategy: string | null;
  readonly clientOrderId: string | null;
  readonly execId: string | null;
  readonly limitId: string | null;
  readonly limit: string | null;
  readonly observed: string | null;
  /** Of a limit that was put: how many members of its scope stand above it since; the one named is furthest above. Else null. */
  readonly members: number | null;
  /** Of the limits that were in force. Absent in facts that did not tell it yet. */
  readonly limitsVersion?: number;
  readonly member?: string;
  readonly at: number;
};

type Fact<Event> = Omit<Event, "kind" | "code" | "member"> & { readonly at: number };
export type LimitTrippedFact = Fact<LimitTripped> & {
  readonly kind: LimitKind;
  readonly member: string | null;
};
export type LimitReleasedFact = Fact<LimitReleased> & { readonly member: string | null };
export type UtilisationLevelFact = Omit<Fact<UtilisationLevel>, "level"> & {
  readonly kind: LimitKind;
  readonly member: string | null;
  readonly level: LimitLevel | null;
};
export type ViolationResolvedFact = Omit<ViolationResolved, "kind">;

type WatchFact =
  | ViolationRaisedFact
  | LimitTrippedFact
  | LimitReleasedFact
  | UtilisationLevelFact
  | ViolationResolvedFact;

export function watchFact(event: WatchEvent): WatchFact {
  switch (event.kind) {
    case "violation-raised":
      return violationRaised(event);
    case "limit-tripped": {
      const { code, member, ...rest } = event;
      return { ...rest, kind: code, member: orNull(member) };
    }
    case "utilisation-level": {
      const { code, member, level = null, ...rest } = event;
      return { ...rest, kind: code, member: orNull(member), level };
    }
    case "limit-released": {
      const { limitId, member, reason, by, at } = event;
      return { limitId, member: orNull(member), reason, by, at };
    }
    case "violation-resolved": {
      const { violation, reason, by, at } = event;
      return { violation, reason, by, at };
    }
  }
}

const orNull = (member: string): string | null => (member === "" ? null : member);

const violationRaised = (event: ViolationRaised): ViolationRaisedFact => ({
  code: event.code,
  symbol: event.symbol ?? null,
  strategy: orNull(event.strategy),
  clientOrderId: event.clientOrderId ?? null,
  execId: event.execId ?? null,
  limitId: event.limitId ?? null,
  limit: event.limit ?? null,
  observed: event.observed ?? null,
  members: event.members ?? null,
  ...(event.limitsVersion === undefined ? {} : { limitsVersion: event.limitsVersion }),
  ...(event.member === undefined ? {} : { member: event.member }),
  at: event.at,
});
