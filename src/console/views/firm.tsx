/** One firm or desk: its state, what stands above it, and each of its limits with who has how much of it. Followed by asking every few seconds. */
import { useState } from "preact/hooks";
import { grouped } from "../figures.ts";
import { fragmentOfNode, idOf } from "../firm-tree.ts";
import { useResource } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import { ParentAway, StateReason } from "../parts/above.tsx";
import { Money } from "../parts/figures.tsx";
import { Panel, Switch, Tile } from "../parts/panel.tsx";
import { levelOf, QuotaBar } from "../parts/quota-bar.tsx";
import { QUOTA_MS, QuotaTree } from "../parts/quota-tree.tsx";
import { Empty, Failure, Loading } from "../parts/states.tsx";
import { StateBadge } from "../parts/trading-state.tsx";
import type { FirmNode, Quota, QuotaLimit } from "../shapes.ts";

/** What a firm or a desk is and how its limits are shared out, which both answer alike; nothing without a name. */
export function useNode(node: string | undefined, everyMs: number) {
  const id = idOf(node ?? "");
  const firm = node?.startsWith("firm:") ? { firm: id } : undefined;
  const desk = node?.startsWith("desk:") ? { desk: id } : undefined;
  const firmState = useResource("/v1/firms/{firm}", firm, everyMs);
  const deskState = useResource("/v1/desks/{desk}", desk, everyMs);
  const firmQuota = useResource("/v1/firms/{firm}/quota", firm, everyMs);
  const deskQuota = useResource("/v1/desks/{desk}/quota", desk, everyMs);
  return desk === undefined ? { state: firmState, quota: firmQuota } : { state: deskState, quota: deskQuota };
}

export function FirmPage({ node }: { node: string }) {
  const isNode = /^(firm|desk):./.test(node);
  const { state, quota } = useNode(isNode ? node : `firm:${node}`, QUOTA_MS);
  const { value, failure } = state;
  if (value === undefined)
    return failure === undefined ? <Loading what={node} /> : <Failure failure={failure} what={node} />;
  return (
    <article class="detail" aria-label={node}>
      <FirmHead firm={value} />
      {quota.value !== undefined ? (
        <QuotaPanels quota={quota.value} />
      ) : quota.failure === undefined ? (
        <Loading what="quota" />
      ) : (
        <Failure failure={quota.failure} what="quota" />
      )}
    </article>
  );
}

function FirmHead({ firm }: { firm: FirmNode }) {
  const { node, currency, policy, reserve, limitsVersion, children, state, above, isCurrent } = firm;
  return (
    <header class="detail-head">
      <h1>{node}</h1>
      <dl class="headline-tiles">
        <Tile name="Policy">{policy}</Tile>
        <Tile name="Reserve">{grouped(reserve)} %</Tile>
        <Tile name="Children">{children}</Tile>
        <Tile name="Currency">{currency}</Tile>
        <Tile name="Limits">version {limitsVersion}</Tile>
      </dl>
      <div class="badges">
        {above.map(({ node: other }) => (
          <a key={other} class="quiet" href={fragmentOfNode(other)}>
            below {other}
          </a>
        ))}
        {isCurrent ? null : <ParentAway />}
        <StateBadge state={state.state} />
        <a class="quiet close" href={fragmentOf("firms")} title="Esc">
          Close
        </a>
      </div>
      {[{ node, ...state }, ...above].map((one) => (
        <StateReason key={one.node} {...one} />
      ))}
    </header>
  );
}

function QuotaPanels({ quota }: { quota: Quota }) {
  const [wanted, choose] = useState<string>();
  const { limits, currency } = quota;
  const chosen = limits.find(({ budget }) => budget === wanted) ?? limits[0];
  if (chosen === undefined)
    return (
      <Panel title="Limits">
        <Empty>No limit stands here or above. Put some with PUT …/limits.</Empty>
      </Panel>
    );
  return (
    <>
      <Panel title="Limits" aside={<span class="muted small">money in {currency}</span>}>
        <ul class="limit-bars">
          {limits.map((limit) => (
            <Budget key={limit.budget} limit={limit} />
          ))}
        </ul>
      </Panel>
      <Panel title={`Who has how much of ${chosen.budget}`} class="quota">
        {limits.length === 1 ? null : (
          <Switch
            label="Limit"
            options={limits.map(({ budget }) => budget)}
            chosen={chosen.budget}
            onChoose={choose}
          />
        )}
        <QuotaTree quota={quota} limit={chosen} />
        <p class="muted small">
          Full: used. Striped: granted, and free there. What is left is with {quota.node}; of it{" "}
          <Money value={chosen.reserve} /> are kept in reserve.
        </p>
      </Panel>
    </>
  );
}

const WORD = { near: "near", over: "over", "": "within" } as const;

function Budget({ limit }: { limit: QuotaLimit }) {
  const level = levelOf(limit);
  return (
    <li>
      <span class="limit-name">
        <strong>{limit.budget}</strong> <code class="muted">{limit.kind}</code>{" "}
        <span class={level === "" ? "muted" : level === "over" ? "down" : "stale"}>{WORD[level]}</span>
      </span>
      <span class="number limit-figures">
        <Money value={limit.used} /> <span class="muted">used,</span> <Money value={limit.granted} />{" "}
        <span class="muted">
          granted of <Money value={limit.limit} />
        </span>
      </span>
      <QuotaBar used={limit.used} granted={limit.granted} whole={limit.limit} level={level} />
    </li>
  );
}
