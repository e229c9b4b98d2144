/** One decision, and on demand why: each check with its numbers. */
import { useEffect, useId, useRef } from "preact/hooks";
import { againOf, byWeight, isTelling, notesOf } from "../decisions.ts";
import { grouped, momentOf, NOTHING, signed, timeOf } from "../figures.ts";
import { fragmentOf, fragmentOfDecision } from "../location.ts";
import type { CheckResult, DecisionRecord, Explanation, Scope } from "../shapes.ts";
import { UtilisationBar } from "./figures.tsx";
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

type DecisionRowProps = {
  readonly account: string;
  readonly decision: DecisionRecord;
  readonly expanded: boolean;
  /** Of the decision that is open, once it is there. */
  readonly explanation: Explanation | undefined;
};

export function DecisionRow({ account, decision, expanded, explanation }: DecisionRowProps) {
  const row = useRef<HTMLLIElement>(null);
  const id = useId();
  // Whoever comes by a link is led to it.
  useEffect(() => {
    if (!expanded) return;
    row.current?.querySelector("a")?.focus({ preventScroll: true });
    row.current?.scrollIntoView({ block: "nearest" });
  }, [expanded]);
  return (
    <li class={`decision ${decision.decision}`} ref={row}>
      <a
        class="decision-head"
        href={expanded ? fragmentOf("accounts", account) : fragmentOfDecision(account, decision)}
        aria-expanded={expanded}
        aria-controls={id}
        data-row
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
      </a>
      <div id={id} class="checks" hidden={!expanded}>
        {expanded ? <Checks decision={decision} explanation={explanation} /> : null}
      </div>
    </li>
  );
}

function reasonOf({ decision, code, qty, allowedQty, warnings }: DecisionRecord): string {
  if (decision === "reject") return code ?? "";
  if (decision === "reduce") return `to ${grouped(allowedQty)} of ${grouped(qty)}: ${code ?? ""}`;
  return warnings.length > 0 ? `warned: ${warnings.join(", ")}` : "";
}

type ChecksProps = Pick<DecisionRowProps, "decision" | "explanation">;

/** With its figures at once, and with words as soon as they are there. */
function Checks({ decision, explanation }: ChecksProps) {
  const { seq, limitsVersion, orderId, strategy, code, fixCode } = decision;
  const checks: readonly CheckResult[] = (explanation ?? decision).checks;
  return (
    <>
      <p class="sentence" role="status">
        {explanation?.summary ?? "Being explained …"}
      </p>
      <Table label={`Checks of ${decision.clientOrderId}`} columns={CHECK_COLUMNS}>
        {byWeight(checks.filter(isTelling), code).map((check, index) => (
          <CheckRows key={`${check.code} ${scopeText(check.scope)} ${index}`} check={check} />
        ))}
      </Table>
      <PlainChecks checks={checks.filter((check) => !isTelling(check))} />
      <p class="muted small">
        decided {momentOf(decision.ts)} UTC · fact {seq} · limits version {limitsVersion}
        {orderId === undefined ? "" : ` · order ${orderId}`}
        {strategy === null ? "" : ` · strategy ${strategy}`}
        {fixCode === undefined ? "" : ` · FIX OrdRejReason ${fixCode}`}
      </p>
      {explanation === undefined ? null : (
        <p class={`small again ${explanation.sameAgain === false ? "failure" : ""}`}>
          {againOf(explanation)}
        </p>
      )}
    </>
  );
}

/** Checks that ask yes or no, or had nothing to measure: those that say the same stand together. */
const PlainChecks = ({ checks }: { checks: readonly CheckResult[] }) => (
  <dl class="plain-checks" aria-label="Checks without figures">
    {[...Map.groupBy(checks, ({ verdict, words = "" }) => `${verdict}: ${words}`)].map(([said, group]) => (
      <div key={said}>
        <dt>{said}</dt>
        {group.map((check, index) => (
          <dd key={`${check.code} ${index}`} title={`${scopeText(check.scope)} ${notesOf(check)}`}>
            <code>{check.code}</code>
          </dd>
        ))}
      </div>
    ))}
  </dl>
);

const CheckRows = ({ check }: { check: CheckResult }) => (
  <>
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
    {check.words === undefined ? null : (
      <tr class={`verdict-row words ${check.verdict}`}>
        <td colSpan={CHECK_COLUMNS.length}>
          <p>
            {check.words} <span class="muted">{notesOf(check)}</span>
          </p>
        </td>
      </tr>
    )}
  </>
);
