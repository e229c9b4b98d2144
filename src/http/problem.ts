/** How a refusal leaves the edge: RFC 9457 problem details. Each code has its status and title here and nowhere else. */
import { randomFraction } from "../../actors/runtime/id.ts";
import type { Refusal } from "../../actors/runtime/reply.ts";
import type { Problem } from "../contracts/problem.ts";
import type { RefusalCode } from "../domain/refusals.ts";
import { SECOND_MS } from "../domain/time.ts";

/** Total: a code without a status does not compile. 429 is the caller's own quota, 503 is ours. */
const MEANING: Readonly<Record<RefusalCode, readonly [status: number, title: string]>> = {
  "json-invalid": [400, "The body cannot be read"],
  "csv-invalid": [400, "The body is no CSV"],
  "json-too-deep": [422, "The body is nested too deep"],
  "duplicate-key": [422, "The same name is given twice"],
  "body-too-large": [413, "The body is too large"],
  "body-timeout": [408, "The body did not arrive in time"],
  "media-type": [415, "This media type is not taken here"],
  "encoding-unsupported": [415, "Compressed bodies are not taken"],

  invalid: [422, "The request is not valid"],
  "unknown-field": [422, "A field is not known"],
  type: [422, "A value has the wrong type"],
  "number-format": [422, "A number is not written as a plain decimal"],
  "number-not-finite": [422, "A number is not finite"],
  "number-range": [422, "A number is out of range"],
  "scale-exceeded": [422, "A number has more decimals than the instrument"],
  "symbol-format": [422, "A symbol is not well formed"],
  "id-format": [422, "An id is not well formed"],
  "series-format": [422, "A series is not well formed"],
  "contract-unsupported": [422, "This is not supported for an inverse contract"],
  "ts-range": [422, "A time is not in epoch milliseconds"],
  "ts-future": [422, "A time lies in the future"],
  "calendar-range": [422, "The calendar does not cover this time"],
  range: [422, "A value is out of range"],
  "cursor-invalid": [422, "The cursor belongs to no list of yours"],
  "field-combination": [422, "These values do not go together"],
  "too-many-items": [422, "Too many items in one request"],
  "instrument-invalid": [422, "The instrument is not valid"],
  "currency-unsupported": [422, "This currency is not supported"],
  "calendar-unsupported": [422, "There is no such calendar"],
  "fx-symbol-invalid": [422, "The symbol does not lead from this currency to the account's"],
  "limit-unsupported": [422, "This kind of limit is not evaluated yet"],
  "resolution-unsupported": [422, "Bars of this width are not built"],
  "series-unsupported": [422, "Bars of this series are not built"],
  "indicator-unknown": [422, "There is no indicator of this name"],
  "indicator-parameters": [422, "An indicator cannot have these parameters"],
  "adjust-unsupported": [422, "These bars cannot be adjusted so"],
  "factor-invalid": [422, "The action leaves a share nothing, or makes it worth more"],
  "as-of-unsupported": [422, "These bars are not known as of that moment"],
  "pnl-method-unsupported": [422, "Profit and loss is not worked out by this method"],
  "pnl-method-unavailable": [
    409,
    "The oldest lots of a line are not kept any more: only average cost is known of it",
  ],
  "principal-mismatch": [422, "The request names another principal than its credential"],
  "idempotency-key-required": [400, "This call needs an Idempotency-Key"],

  "parent-unknown": [422, "There is no such firm or desk to be the parent"],
  "parent-cycle": [422, "The parent is below what it would be the parent of"],
  "parent-depth": [422, "Desks are nested too deep"],
  "currency-differs": [422, "A parent and its children have one currency"],

  unauthenticated: [401, "A valid credential is needed"],
  forbidden: [403, "The credential does not allow this"],
  "origin-forbidden": [403, "Pages of this origin may not open sockets here"],

  "not-found": [404, "There is no such resource"],
  "method-not-allowed": [405, "The resource does not take this method"],
  "upgrade-required": [426, "This resource is a WebSocket"],
  "symbol-unknown": [404, "There is no such symbol"],
  "account-unknown": [404, "There is no such account"],
  "strategy-unknown": [404, "There is no such strategy"],
  "firm-unknown": [404, "There is no such firm"],
  "desk-unknown": [404, "There is no such desk"],
  "child-unknown": [404, "There is no such child"],
  "split-unknown": [404, "The account is not split"],
  "group-unknown": [404, "There is no such group of strategies"],
  "group-accounts-differ": [409, "A group is of strategies of one account"],
  "instrument-unknown": [404, "There is no such instrument"],
  "key-unknown": [404, "There is no such key"],
  "limits-unknown": [404, "There are no such limits"],
  "pending-unknown": [404, "Nothing of that id waits or stands here"],
  "template-unknown": [404, "There is no such template"],
  "approval-required": [409, "Somebody else has to approve of this"],
  "approval-own": [409, "Who proposed it does not approve it"],
  "proposal-outdated": [409, "Other limits were put since it was proposed"],
  "violation-unknown": [404, "There is no such violation"],
  "decision-unknown": [404, "There is no such decision"],
  "trip-unknown": [404, "The limit is not tripped"],
  "statement-unknown": [404, "There is no statement of that day"],
  "calendar-unknown": [404, "There is no such calendar"],
  "series-unknown": [404, "This series is not kept"],
  "action-unknown": [404, "There is no such corporate action"],
  "reference-price-unknown": [409, "The price before an ex-date is not known"],
  "label-unknown": [404, "There is no such label"],

  "violation-resolved": [409, "The violation was resolved before"],
  "limit-reached": [409, "The limit is still reached"],
  "alias-taken": [409, "Another instrument has this alias"],
  "scale-fixed": [409, "The scales of an instrument are fixed"],
  "multiplier-fixed": [409, "The multiplier of an instrument is fixed"],
  "contract-fixed": [409, "Whether an instrument is linear or inverse is fixed"],
  "currency-fixed": [409, "The currency is fixed"],
  "fx-in-use": [409, "Something is held in this currency"],
  "timezone-fixed": [409, "The time zone of an instrument is fixed"],
  "idempotency-key-reused": [409, "The same key came with another body"],
  "strategy-open": [409, "The strategy is still open"],
  "strategy-state": [409, "The strategy cannot go from its state to that one"],
  "import-not-flat": [409, "The account holds or works something there already"],
  "order-id-reused": [409, "The id of an order was used before"],
  "price-missing": [409, "No price is known"],
  "mass-cancel-unknown": [404, "There is no such mass-cancel"],
  "reconcile-unknown": [404, "There is no such reconciliation"],
  "reconcile-outdated": [409, "What differed has changed since"],
  "reconcile-unresolvable": [409, "Nothing can be booked for this difference"],
  "name-taken": [409, "A firm or a desk has this id"],
  "child-holds": [409, "Something is still used of what the parent granted"],
  "child-fenced": [409, "Two copies of this child have asked: somebody has to look"],
  "ask-outdated": [409, "A later ask of this child was heard"],
  "strategy-default": [409, "The strategy is the default of its account"],
  "version-conflict": [412, "The version is another one by now"],

  "account-split": [409, "The account is split: this call is answered once it is merged"],
  "not-splittable": [409, "Something of the account cannot be split"],
  "split-running": [409, "Another split of the account is under way"],
  "move-outdated": [409, "This move of symbols has ended"],

  "too-many": [429, "The quota is used up"],
  overloaded: [503, "Too much is waiting"],
  "deadline-passed": [503, "The request waited past its deadline"],
  warming: [503, "The actor is loading"],
  "parent-away": [503, "The firm or desk above does not answer"],
  "actor-fenced": [503, "Another copy of the actor is the one that writes"],
  "history-unavailable": [503, "History cannot be read now"],
  "dependency-unavailable": [503, "A dependency does not answer"],
  "outcome-unknown": [503, "It is not known whether the request took effect"],
  internal: [500, "The server failed"],
};

/** Statuses that say "later" also say when. */
const COMES_AGAIN: ReadonlySet<number> = new Set([408, 429, 503]);
/** Where nobody said how long: a cold actor loads in less. */
const RETRY_AFTER_MS = SECOND_MS;

export type RefusalDetails = Omit<Refusal, "ok">;
export const statusOf = (code: RefusalCode): number => MEANING[code][0];

export function problemResponse(
  refused: RefusalDetails,
  requestId: string,
  headers: HeadersInit = {},
): Response {
  const [status, title] = MEANING[refused.code];
  const problem: Problem = {
    type: `urn:outcry:problem:${refused.code}`,
    title,
    status,
    code: refused.code,
    detail: refused.detail ?? `${title}.`,
    instance: `urn:outcry:request:${requestId}`,
    requestId,
    ...(refused.errors === undefined ? {} : { errors: [...refused.errors] }),
  };
  const response = new Response(JSON.stringify(problem), { status, headers });
  response.headers.set("content-type", "application/problem+json");
  if (COMES_AGAIN.has(status)) response.headers.set("retry-after", retryAfter(refused.retryAfterMs));
  if (status === 426) response.headers.set("upgrade", "websocket");
  if (status === 401) response.headers.set("www-authenticate", 'Bearer realm="outcry"');
  return response;
}

/** Whole seconds, never less than asked for, up to half as many more: refused callers do not come back together. */
function retryAfter(afterMs: number = RETRY_AFTER_MS): string {
  return String(Math.max(1, Math.ceil((afterMs / SECOND_MS) * (1 + randomFraction() / 2))));
}
