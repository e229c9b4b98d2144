/** What stands above a limit although nobody was asked: fills are booked, not judged. */
import { grouped, momentOf } from "../figures.ts";
import type { Violation } from "../shapes.ts";

export const ViolationList = ({ violations }: { violations: readonly Violation[] }) => (
  <ol class="violation-list">
    {violations.map((violation) => (
      <li key={violation.seq}>
        <time class="number muted">{momentOf(violation.ts)}</time> <code>{violation.code}</code>{" "}
        {violation.symbol ?? violation.strategy ?? ""}
        {violation.limitId === null ? null : (
          <>
            {" "}
            limit <strong>{violation.limitId}</strong>:{" "}
            <span class="number">{grouped(violation.observed)}</span> of{" "}
            <span class="number">{grouped(violation.limit)}</span>
          </>
        )}
        {violation.clientOrderId === null ? null : <code class="muted"> {violation.clientOrderId}</code>}
      </li>
    ))}
  </ol>
);
