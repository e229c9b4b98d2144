/** The newest decisions of an account, all of them or those of one outcome, and the one that is open. */
import { useState } from "preact/hooks";
import { isSettled, withOpened } from "../decisions.ts";
import { useResource } from "../hooks.ts";
import { nameOfDecision, namesOfDecision } from "../location.ts";
import type { DecisionRecord } from "../shapes.ts";
import { DecisionRow } from "./decision.tsx";
import { Switch } from "./panel.tsx";
import { Empty, Failure } from "./states.tsx";

/** As many as leave the panels below in reach; the rest is a press away. */
const DECISIONS_AT_START = 12;
const OUTCOMES = ["all", "reject", "reduce", "accept"] as const;
/** A decision's fact reaches Postgres within seconds. */
const EXPLAINED_MS = 3_000;

type DecisionListProps = {
  readonly account: string;
  readonly items: readonly DecisionRecord[];
  /** Name of the decision that is open, which may be older than all of them. */
  readonly opened: string | undefined;
};

export function DecisionList({ account, items, opened }: DecisionListProps) {
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>("all");
  const [all, setAll] = useState(false);
  const names = opened === undefined ? undefined : { account, ...namesOfDecision(opened) };
  const path = "/v1/accounts/{account}/decisions/{seq}";
  const { value, failure } = useResource(path, names, EXPLAINED_MS, isSettled);
  const matching = items.filter(({ decision }) => outcome === "all" || decision === outcome);
  const isOpen = (one: DecisionRecord): boolean => nameOfDecision(one) === opened;
  const shown = withOpened(
    all ? matching : matching.slice(0, DECISIONS_AT_START),
    items.find(isOpen) ?? value,
  );
  return (
    <>
      <Switch label="Outcome" options={OUTCOMES} chosen={outcome} onChoose={setOutcome} />
      {failure === undefined || value !== undefined ? null : (
        <Failure failure={failure} what={`explanation of decision ${opened}`} />
      )}
      {shown.length === 0 ? (
        <Empty>
          None of the newest {items.length} is a {outcome}.
        </Empty>
      ) : null}
      <ol class="decision-list">
        {shown.map((decision) => (
          <DecisionRow
            key={`${nameOfDecision(decision)} ${decision.clientOrderId}`}
            account={account}
            decision={decision}
            explanation={value}
            expanded={isOpen(decision)}
          />
        ))}
      </ol>
      {all || matching.length <= DECISIONS_AT_START ? null : (
        <button type="button" class="more" onClick={() => setAll(true)}>
          Show all {matching.length}
        </button>
      )}
    </>
  );
}
