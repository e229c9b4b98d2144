/** What venues reported of an account's orders, and what was said of it since. */
import type { BookedExecution } from "../../contracts/account-history.ts";
import { grouped, momentOf } from "../figures.ts";
import { fragmentOf } from "../location.ts";
import { Signed } from "./figures.tsx";
import { type Field, Listing } from "./panel.tsx";

const FIELDS: readonly Field<BookedExecution>[] = [
  { name: "Time (UTC)", cell: ({ ts }) => <time class="muted">{momentOf(ts)}</time> },
  {
    name: "Report",
    cell: ({ type, refExecId }) => (
      <>
        <span class={`badge ${type === "bust" || type === "correct" ? "warn" : ""}`}>{type}</span>
        {refExecId === null ? null : (
          <span class="muted below">
            of <code>{refExecId}</code>
          </span>
        )}
      </>
    ),
  },
  {
    name: "Symbol",
    cell: ({ symbol, strategy }) => (
      <>
        <a href={fragmentOf("symbols", symbol)}>{symbol}</a>
        {strategy === null ? null : <span class="muted below">{strategy}</span>}
      </>
    ),
  },
  { name: "Side", cell: ({ side }) => side },
  { name: "Qty", number: true, cell: ({ qty }) => grouped(qty) },
  { name: "Price", number: true, cell: ({ price }) => grouped(price) },
  { name: "Fee", number: true, cell: ({ fee }) => grouped(fee) },
  { name: "Realised", number: true, cell: ({ realised }) => <Signed value={realised} /> },
  {
    name: "Execution",
    cell: ({ execId, clientOrderId }) => (
      <>
        <code>{execId}</code>
        {clientOrderId === null ? null : (
          <span class="muted below">
            <code>{clientOrderId}</code>
          </span>
        )}
      </>
    ),
  },
];

export const ExecutionTable = ({ executions }: { executions: readonly BookedExecution[] }) => (
  <Listing label="Executions" fields={FIELDS} items={executions} keyOf={({ seq }) => String(seq)} />
);
