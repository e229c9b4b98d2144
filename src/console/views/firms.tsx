/** Firms and desks: who stands below whom, whether they may trade, and the limit that each stands nearest to. */
import { useState } from "preact/hooks";
import { fragmentOfNode, idOf, inTheirOrder, widthOf } from "../firm-tree.ts";
import { useResource, useVisible } from "../hooks.ts";
import { Money } from "../parts/figures.tsx";
import { Panel, WIDE, WIDE_NUMBER } from "../parts/panel.tsx";
import { levelOf, QuotaBar } from "../parts/quota-bar.tsx";
import { Empty, Failure, Loading } from "../parts/states.tsx";
import { StateBadge } from "../parts/trading-state.tsx";
import type { Quota, QuotaLimit } from "../shapes.ts";
import { FirmPage, useNode } from "./firm.tsx";

/** Firms and desks are made by people. */
const LIST_MS = 10_000;
const ROW_MS = 4_000;
/** The API's largest page. */
const ROWS_MAX = 1_000;

export const Firms = ({ opened }: { opened?: string }) =>
  opened === undefined ? <FirmList /> : <FirmPage key={opened} node={opened} />;

function FirmList() {
  const firms = useResource("/v1/firms", { limit: ROWS_MAX }, LIST_MS);
  const desks = useResource("/v1/desks", { limit: ROWS_MAX }, LIST_MS);
  const [typed, setTyped] = useState("");
  const failure = firms.failure ?? desks.failure;
  const known = [...(firms.value?.items ?? []), ...(desks.value?.items ?? [])];
  const wanted = typed.trim().toLowerCase();
  const placed = inTheirOrder(known).filter(({ item }) => item.node.toLowerCase().includes(wanted));
  const isThere = firms.value !== undefined && desks.value !== undefined;
  const search = (
    <input
      type="search"
      data-search
      placeholder="Filter firms and desks  /"
      aria-label="Filter firms and desks"
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
  return (
    <Panel title="Firms and desks" aside={search}>
      {!isThere && failure === undefined ? <Loading what="firms and desks" /> : null}
      {failure === undefined ? null : <Failure failure={failure} what="list of firms and desks" />}
      {isThere && known.length === 0 ? (
        <Empty>
          There are no firms yet. Make one with PUT /v1/firms/{"{firm}"} (currency), and name it as the parent
          of desks and accounts.
        </Empty>
      ) : null}
      {known.length > 0 && placed.length === 0 ? <Empty>No name holds “{typed}”.</Empty> : null}
      {placed.length === 0 ? null : (
        <table class="rows" aria-label="Firms and desks">
          <thead>
            <tr>
              <th scope="col">Firm or desk</th>
              <th scope="col">State</th>
              <th scope="col" class={WIDE}>
                Policy
              </th>
              <th scope="col" class={WIDE_NUMBER}>
                Children
              </th>
              <th scope="col">Nearest limit</th>
              <th scope="col" class={WIDE_NUMBER}>
                Used
              </th>
            </tr>
          </thead>
          <tbody>
            {placed.map(({ item: { node }, depth }) => (
              <FirmRow key={node} node={node} depth={depth} />
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}

function FirmRow({ node, depth }: { node: string; depth: number }) {
  const [row, visible] = useVisible<HTMLTableRowElement>();
  const { state, quota } = useNode(visible ? node : undefined, ROW_MS);
  const nearest = quota.value === undefined ? undefined : nearestOf(quota.value);
  return (
    <tr ref={row} data-key={node}>
      <th scope="row" class="quota-name" style={{ paddingLeft: `${14 + depth * 20}px` }}>
        <a href={fragmentOfNode(node)} data-row>
          <span class="muted">{node.startsWith("firm:") ? "firm " : "desk "}</span>
          {idOf(node)}
        </a>
      </th>
      <td>{state.value === undefined ? null : <StateBadge state={state.value.state.state} />}</td>
      <td class={WIDE}>{state.value?.policy}</td>
      <td class={WIDE_NUMBER}>{state.value?.children}</td>
      <td>
        {nearest === undefined ? (
          <span class="muted">{quota.value === undefined ? "…" : "no limits"}</span>
        ) : (
          <span class="nearest quota-share">
            <QuotaBar
              {...{ used: nearest.used, granted: nearest.granted, whole: nearest.limit }}
              level={levelOf(nearest)}
            />
            <code class="muted wide-only">{nearest.budget}</code>
          </span>
        )}
      </td>
      <td class={WIDE_NUMBER}>
        {nearest === undefined ? null : (
          <>
            <Money value={nearest.used} />{" "}
            <span class="muted">
              of <Money value={nearest.limit} />
            </span>
          </>
        )}
      </td>
    </tr>
  );
}

function nearestOf({ limits }: Quota): QuotaLimit | undefined {
  const share = ({ used, limit }: QuotaLimit): number => widthOf(used, limit);
  return limits.toSorted((one, other) => share(other) - share(one))[0];
}
