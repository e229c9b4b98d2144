/** What stands above a limit although nobody was asked: fills are booked, not judged. Each is active until somebody resolves it by the API. */
import { attributionOf, VIOLATION_STATUSES, type ViolationStatus } from "../decisions.ts";
import { grouped, momentOf } from "../figures.ts";
import type { Resource } from "../hooks.ts";
import type { Violation } from "../shapes.ts";
import { Listed } from "./listed.tsx";
import { Panel, Switch } from "./panel.tsx";

type Violations = {
  readonly items: readonly Violation[];
  readonly total: number;
  readonly totals: Readonly<Record<string, number>>;
};
type ViolationPanelProps = {
  readonly violations: Resource<Violations>;
  readonly status: ViolationStatus;
  readonly onStatus: (status: ViolationStatus) => void;
};

export const ViolationPanel = ({ violations, status, onStatus }: ViolationPanelProps) => (
  <Panel title="Violations" class="wide violations" aside={<span class="muted small">UTC</span>}>
    <Switch label="Status" options={VIOLATION_STATUSES} chosen={status} onChoose={onStatus} />
    <Listed
      resource={violations}
      what="violations"
      empty={
        status === "active"
          ? "No violation is active: nothing that was filled or put breaks a limit that nobody has resolved."
          : `No violation is ${status}.`
      }
    >
      {(items) => (
        <>
          <ul class="totals" aria-label="How many of each code">
            {Object.entries(violations.value?.totals ?? {}).map(([code, count]) => (
              <li key={code}>
                <code>{code}</code> <strong class="number">{count}</strong>
              </li>
            ))}
          </ul>
          <ol class="violation-list">
            {items.map((violation) => (
              <ViolationItem key={`${violation.part}.${violation.seq}`} violation={violation} />
            ))}
          </ol>
        </>
      )}
    </Listed>
  </Panel>
);

const ViolationItem = ({ violation }: { violation: Violation }) => (
  <li>
    <span class={`badge ${violation.resolution === null ? "warn" : ""}`}>{violation.status}</span>{" "}
    <time class="number muted">{momentOf(violation.ts)}</time> <code>{violation.code}</code>{" "}
    {violation.symbol ?? violation.strategy ?? violation.member ?? ""}
    {violation.limitId === null ? null : (
      <>
        {" "}
        limit <strong>{violation.limitId}</strong>: <span class="number">{grouped(violation.observed)}</span>{" "}
        of <span class="number">{grouped(violation.limit)}</span>
      </>
    )}
    {violation.clientOrderId === null ? null : <code class="muted"> {violation.clientOrderId}</code>}
    <span class="muted below">
      fact {violation.seq}
      {violation.resolution === null ? "" : ` · resolved ${attributionOf(violation.resolution)}`}
    </span>
  </li>
);
