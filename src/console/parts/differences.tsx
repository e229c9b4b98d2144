/** What the broker said else when it was last compared, and what of it was set right since. */
import type { ReconciliationObject } from "../../contracts/reconcile.ts";
import { grouped, momentOf } from "../figures.ts";
import { useResource } from "../hooks.ts";
import { type Field, Listing, Panel } from "./panel.tsx";
import { Empty, Failure, Loading } from "./states.tsx";

/** A book is compared some times a day. */
const REFRESH_MS = 10_000;

const FIELDS: readonly Field<ReconciliationObject["differences"][number]>[] = [
  { name: "Difference", cell: ({ kind }) => kind.replaceAll("-", " ") },
  {
    name: "Of",
    cell: ({ symbol, clientOrderId, currency }) =>
      [symbol, clientOrderId, currency].filter(Boolean).join(" "),
  },
  { name: "Ours", number: true, cell: ({ ours }) => grouped(ours) },
  { name: "Theirs", number: true, cell: ({ theirs }) => grouped(theirs) },
  { name: "Proposed", cell: ({ proposal, code }) => proposal?.action.replaceAll("-", " ") ?? code },
  {
    name: "Resolved",
    cell: ({ resolved }) =>
      resolved === undefined ? (
        <span class="badge warn">open</span>
      ) : (
        <span title={resolved.reason}>{`${resolved.by}, ${momentOf(resolved.at)}`}</span>
      ),
  },
];

export function DifferencePanel({ account }: { account: string }) {
  const { value: told, failure } = useResource("/v1/accounts/{account}/reconcile", { account }, REFRESH_MS);
  const value = told?.newest ?? undefined;
  return (
    <Panel
      title="Reconciled with the broker"
      class="wide reconcile"
      aside={value === undefined ? null : <span class="muted small">as of {momentOf(value.asOf)} UTC</span>}
    >
      {told === undefined && failure === undefined ? <Loading what="reconciliation" /> : null}
      {told === undefined && failure !== undefined ? (
        <Failure failure={failure} what="reconciliation" />
      ) : null}
      {told?.newest === null ? <Empty>Never yet: POST …/reconcile with what the broker has.</Empty> : null}
      {value?.total === 0 ? <Empty>The broker had what we have.</Empty> : null}
      {value === undefined || value.total === 0 ? null : (
        <Listing label="Differences" fields={FIELDS} items={value.differences} keyOf={({ n }) => String(n)} />
      )}
    </Panel>
  );
}
