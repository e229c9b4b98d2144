/** What holds for an account from the firm and desks above it: their states, and their limits with the part of each that the account has. */
import { momentOf } from "../figures.ts";
import { fragmentOfNode } from "../firm-tree.ts";
import { useResource } from "../hooks.ts";
import type { FirmNode, Limits } from "../shapes.ts";
import { Money } from "./figures.tsx";
import { QuotaBar } from "./quota-bar.tsx";
import { StateBadge } from "./trading-state.tsx";

/** Why nothing grows, or nothing trades, in anything below. */
export const StateReason = ({ node, state, reason, by, at }: FirmNode["above"][number]) =>
  state === "active" ? null : (
    <p class="small state-reason">
      <StateBadge state={state} /> {node}, by {by}, {at === null ? "" : `${momentOf(at)} UTC`}: {reason}. It
      holds for everything below.
    </p>
  );

export const ParentAway = () => (
  <span class="badge warn" title="What stands above it has not answered lately: nothing grows below.">
    parent away
  </span>
);

/** What is held moves with every quota that is granted. */
const REFRESH_MS = 3_000;

/** What the account holds of each limit, and uses of that; of a net limit both halves. */
export function LimitsAbove({ account }: { account: string }) {
  const { value } = useResource("/v1/accounts/{account}/limits", { account }, REFRESH_MS);
  return value?.inherited === undefined ? null : <InheritedBars inherited={value.inherited} />;
}

const InheritedBars = ({ inherited }: { inherited: NonNullable<Limits["inherited"]> }) => (
  <ul class="limit-bars inherited" aria-label="Limits from above">
    {inherited.flatMap((limit) =>
      (limit.quotas ?? []).map(({ budget, held, used }) => (
        <li key={budget}>
          <span class="limit-name">
            <a href={fragmentOfNode(limit.node)}>{budget}</a> <code class="muted">{limit.kind}</code>{" "}
            <span class="muted">{limit.action}</span>
          </span>
          <span class="number limit-figures">
            <Money value={used} /> <span class="muted">of</span> <Money value={held} />{" "}
            <span class="muted">
              held, of <Money value={limit.threshold} />
            </span>
          </span>
          <QuotaBar used={used} granted={held} whole={limit.threshold} />
        </li>
      )),
    )}
  </ul>
);
