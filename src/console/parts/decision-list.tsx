/** The newest decisions of an account, all of them or those of one outcome. */
import { useState } from "preact/hooks";
import type { DecisionRecord } from "../shapes.ts";
import { DecisionRow } from "./decision.tsx";
import { Empty } from "./states.tsx";

/** As many as leave the panels below in reach; the rest is a press away. */
const DECISIONS_AT_START = 12;
const OUTCOMES = ["all", "reject", "reduce", "accept"] as const;

export function DecisionList({ items }: { items: readonly DecisionRecord[] }) {
  const [outcome, setOutcome] = useState<(typeof OUTCOMES)[number]>("all");
  const [all, setAll] = useState(false);
  const matching = items.filter(({ decision }) => outcome === "all" || decision === outcome);
  const shown = all ? matching : matching.slice(0, DECISIONS_AT_START);
  return (
    <>
      <fieldset class="switch">
        <legend class="hidden">Outcome</legend>
        {OUTCOMES.map((one) => (
          <button key={one} type="button" aria-pressed={one === outcome} onClick={() => setOutcome(one)}>
            {one}
          </button>
        ))}
      </fieldset>
      {shown.length === 0 ? (
        <Empty>
          None of the newest {items.length} is a {outcome}.
        </Empty>
      ) : null}
      <ol class="decision-list">
        {shown.map((decision) => (
          <DecisionRow key={decision.seq + decision.clientOrderId} decision={decision} />
        ))}
      </ol>
      {shown.length < matching.length ? (
        <button type="button" class="more" onClick={() => setAll(true)}>
          Show all {matching.length}
        </button>
      ) : null}
    </>
  );
}
