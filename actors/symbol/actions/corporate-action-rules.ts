/** Which corporate actions are recorded and revoked: an id has one effect for ever, and what was recorded stays in the record. */
import { CORPORATE_ACTIONS_MAX, type CorporateAction } from "../../../src/domain/corporate-action.ts";
import { factorsOf } from "../../../src/quant/adjustment.ts";
import type { Principal } from "../../runtime/envelope.ts";

export type ActionRecord = CorporateAction & {
  /** Wall clock, epoch ms. */
  readonly recordedAt: number;
  readonly recordedBy: Principal;
  readonly revokedAt?: number;
  readonly revokedBy?: Principal;
};
export type ActionRecords = ReadonlyMap<string, ActionRecord>;
export type ActionMoment = { readonly now: number; readonly by: Principal };

/** `isNews`: it is to be written and told. */
export type ActionDecision =
  | { readonly ok: true; readonly record: ActionRecord; readonly isNews: boolean }
  | {
      readonly ok: false;
      readonly code: "idempotency-key-reused" | "too-many" | "factor-invalid" | "action-unknown";
      readonly detail: string;
    };

/** `closeBefore` is the last raw close before the ex-date, where this object has it. A repeat is answered before anything is judged. */
export function decideRecord(
  records: ActionRecords,
  action: CorporateAction,
  { now, by }: ActionMoment,
  closeBefore: () => string | undefined,
): ActionDecision {
  const known = records.get(action.id);
  if (known !== undefined) {
    return isSame(known, action)
      ? { ok: true, record: known, isNews: false }
      : refuse("idempotency-key-reused", "this id stands for an action with other terms");
  }
  if (records.size >= CORPORATE_ACTIONS_MAX)
    return refuse("too-many", `a symbol has at most ${CORPORATE_ACTIONS_MAX} actions, revoked ones included`);
  const factored = factorsOf(action, action.referencePrice ?? closeBefore());
  if (!factored.ok && factored.code === "factor-invalid")
    return refuse(
      "factor-invalid",
      "by these terms a share before the ex-date was worth nothing, or less than after",
    );
  return { ok: true, record: { ...action, recordedAt: now, recordedBy: by }, isNews: true };
}

/** Revoked is revoked: the first time and who it was stay. */
export function decideRevoke(records: ActionRecords, id: string, { now, by }: ActionMoment): ActionDecision {
  const known = records.get(id);
  if (known === undefined) return refuse("action-unknown", "no action of this symbol has this id");
  if (known.revokedAt !== undefined) return { ok: true, record: known, isNews: false };
  return { ok: true, record: { ...known, revokedAt: now, revokedBy: by }, isNews: true };
}

function isSame(known: ActionRecord, action: CorporateAction): boolean {
  const { recordedAt: _at, recordedBy: _by, revokedAt: _revokedAt, revokedBy: _revokedBy, ...terms } = known;
  return sorted(terms) === sorted(action);
}

/** Whatever the order in which the fields were sent. */
const sorted = (action: CorporateAction): string =>
  JSON.stringify(
    Object.entries(action)
      .filter(([, value]) => value !== undefined)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );

const refuse = (code: Extract<ActionDecision, { ok: false }>["code"], detail: string): ActionDecision => ({
  ok: false,
  code,
  detail,
});

/**
 * Fact `corporate-action`: an action as recorded, and again when it is revoked. Decimals plain; times epoch ms, dates `YYYY-MM-DD`.
 * Payload: this object as JSON.
 */
export type CorporateActionFact = {
  readonly symbol: string;
  readonly id: string;
  readonly type: CorporateAction["type"];
  readonly exDate: string;
  /** The fields of its type. */
  readonly terms: Readonly<Record<string, string>>;
  readonly referencePrice: string | null;
  readonly recordedAt: number;
  readonly recordedBy: Principal;
  readonly revokedAt: number | null;
  readonly revokedBy: Principal | null;
};

export function corporateActionFact(symbol: string, record: ActionRecord): CorporateActionFact {
  const { id, type, exDate, referencePrice, recordedAt, recordedBy, revokedAt, revokedBy, ...terms } = record;
  return {
    ...{ symbol, id, type, exDate, terms, referencePrice: referencePrice ?? null },
    ...{ recordedAt, recordedBy, revokedAt: revokedAt ?? null, revokedBy: revokedBy ?? null },
  };
}
