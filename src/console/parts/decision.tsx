/** One decision, and on demand why: each check with its numbers. */
import { useId, useState } from "preact/hooks";
import { grouped, NOTHING, signed, timeOf } from "../figures.ts";
import type { CheckResult, DecisionRecord, Scope } from "../shapes.ts";
import { levelOf, UtilisationBar } from "./figures.tsx";
import { Table } from "./panel.tsx";

const CHECK_COLUMNS = [
  { name: "Verdict" },
  { name: "Check" },
  { name: "Scope" },
  { name: "Limit", number: true },
  { name: "Before", number: true },
  { name: "With the order", number: true },
  { name: "Headroom", number: true },
  { name: "Use of the limit" },
] as const;

const VERDICT_MARK = { pass: "✓", warn: "!", fail: "✕", skip: "–" } as const;

export const scopeText = ({ kind, id }: Scope): string => (id === undefined ? kind : `${kind} ${id}`);

export function DecisionRow({ decision }: { decision: DecisionRecord }) {
  const [expanded, setExpanded] = useState(false);
  const id = useId();
  return (
    <li class={`decision ${decision.decision}`}>
      <button
        type="button"
        class="decision-head"
        aria-expanded={expanded}
        aria-controls={id}
        data-row
        onClick={() => setExpanded(!expanded)}
      >
        <span class="chevron" aria-hidden="true">
          ▸
        </span>
        <time class="number">{timeOf(decision.ts)}</time>
        <span class={`badge verdict-${decision.decision}`}>{decision.decision}</span>
        <span class="order">
          {decision.side} {grouped(decision.qty)} {decision.symbol}
        </span>
        <span class="why">{reasonOf(decision)}</span>
        <code class="muted">{decision.clientOrderId}</code>
      </button>
      <div id={id} class="checks" hidden={!expanded}>
        {expanded ? <Checks decision={decision} /> : null}
      </div>
    </li>
  );
}

function reasonOf({ decision, code, qty, allowedQty, warnings }: DecisionRecord): string {
  if (decision === "reject") return code ?? "";
  if (decision === "reduce") return `to ${grouped(allowedQty)} of ${grouped(qty)}: ${code ?? ""}`;
  return warnings.length > 0 ? `warned: ${warnings.join(", ")}` : "";
}

function Checks({ decision }: { decision: DecisionRecord }) {
  const { checks, seq, limitsVersion, orderId, strategy } = decision;
  const measured = checks
    .filter(isTelling)
    .toSorted((one, other) => weightOf(other, decision.code) - weightOf(one, decision.code));
  const plain = checks.filter((check) => !isTelling(check));
  return (
    <>
      <p class="sentence">{sentenceOf(decision)}</p>
      <Table label={`Checks of ${decision.clientOrderId}`} columns={CHECK_COLUMNS}>
        {measured.map((check, index) => (
          <CheckRow key={`${check.code} ${scopeText(check.scope)} ${index}`} check={check} />
        ))}
      </Table>
      <PlainChecks checks={plain} />
      <p class="muted small">
        fact {seq} · limits version {limitsVersion}
        {orderId === undefined ? "" : ` · order ${orderId}`}
        {strategy === null ? "" : ` · strategy ${strategy}`}
        {decision.fixCode === undefined ? "" : ` · FIX OrdRejReason ${decision.fixCode}`}
      </p>
    </>
  );
}

/** What did not pass, and what passed with figures. */
const isTelling = ({ verdict, limit, projected }: CheckResult): boolean =>
  verdict === "fail" || verdict === "warn" || limit !== null || projected !== null;

const VERDICT_WEIGHT = { fail: 2_000_000, warn: 1_000_000, pass: 0, skip: -1 } as const;
const DECIDED_WEIGHT = 4_000_000;
/** First the check that decided, then what failed, what warned, and what stands nearest to its limit. */
const weightOf = ({ code, verdict, utilisation }: CheckResult, decided: string | undefined): number =>
  (code === decided ? DECIDED_WEIGHT : VERDICT_WEIGHT[verdict]) +
  Math.min(VERDICT_WEIGHT.warn - 1, Number(utilisation ?? 0));

/** Checks that ask yes or no and were answered as they should be. */
const PlainChecks = ({ checks }: { checks: readonly CheckResult[] }) => (
  <ul class="plain-checks" aria-label="Checks without figures">
    {checks.map(({ code, scope, verdict }, index) => (
      <li key={`${code} ${index}`} title={`${verdict}, ${scopeText(scope)}`}>
        <span class={verdict === "pass" ? "up" : "muted"} aria-hidden="true">
          {VERDICT_MARK[verdict]}
        </span>
        <span class="hidden">{verdict}</span> <code>{code}</code>
      </li>
    ))}
  </ul>
);

const CheckRow = ({ check }: { check: CheckResult }) => (
  <tr class={`verdict-row ${check.verdict}`}>
    <td>
      <span class={`badge verdict-${check.verdict}`}>
        <span aria-hidden="true">{VERDICT_MARK[check.verdict]}</span> {check.verdict}
      </span>
    </td>
    <td>
      <code>{check.code}</code>
    </td>
    <td>{scopeText(check.scope)}</td>
    <td class="number">{grouped(check.limit)}</td>
    <td class="number">{grouped(check.observed)}</td>
    <td class="number">{grouped(check.projected)}</td>
    <td class={`number ${check.headroom?.startsWith("-") === true ? "down" : ""}`}>
      {signed(check.headroom)}
    </td>
    <td>{check.utilisation === null ? NOTHING : <UtilisationBar utilisation={check.utilisation} />}</td>
  </tr>
);

/** The decision in words, by the check that told. */
function sentenceOf({ decision, code, qty, allowedQty, checks }: DecisionRecord): string {
  if (decision === "accept") {
    const tightest = checks.findLast(({ utilisation }) => levelOf(utilisation) !== "ok");
    const near =
      tightest === undefined ? "" : ` The nearest limit is ${tightest.code} (${scopeText(tightest.scope)}).`;
    return `Accepted whole: none of the ${checks.length} checks below refuses it.${near}`;
  }
  const telling = checks.find((check) => check.code === code && check.verdict === "fail");
  const measure =
    telling === undefined || telling.limit === null || telling.projected === null
      ? ""
      : ` With the order it would stand at ${grouped(telling.projected)} where the limit is ${grouped(telling.limit)}.`;
  const where = telling === undefined ? "" : ` (${scopeText(telling.scope)})`;
  if (decision === "reduce")
    return `Reduced from ${grouped(qty)} to ${grouped(allowedQty)} by ${code}${where}.${measure}`;
  return `Rejected by ${code}${where}.${measure}`;
}
