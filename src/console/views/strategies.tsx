/** Strategies: the tenant's open ones, each with what it has made so far. */
import { useState } from "preact/hooks";
import type { StrategyObject } from "../../contracts/strategies.ts";
import { useResource } from "../hooks.ts";
import { groupOf, type Resolution } from "../location.ts";
import { Panel, Switch } from "../parts/panel.tsx";
import { Empty, Failure, Loading } from "../parts/states.tsx";
import { GroupTable, StrategyTable } from "../parts/strategy-table.tsx";
import { GroupPage } from "./group.tsx";
import { StrategyPage } from "./strategy.tsx";

/** Strategies are opened by people or once a day. */
const LIST_MS = 10_000;
/** The API's largest page. */
const ROWS_MAX = 1_000;

/** Open is all but closed. */
const STATES = ["open", "draft", "active", "paused", "closed"] as const;
type ShownState = (typeof STATES)[number];
type StrategiesProps = { readonly opened?: string; readonly resolution: Resolution };

export function Strategies({ opened, resolution }: StrategiesProps) {
  if (opened === undefined)
    return (
      <div class="strategy-grid">
        <StrategyList />
        <GroupList />
      </div>
    );
  const group = groupOf(opened);
  return group === undefined ? (
    <StrategyPage key={opened} strategy={opened} resolution={resolution} />
  ) : (
    <GroupPage key={opened} group={group} resolution={resolution} />
  );
}

function StrategyList() {
  const [state, setState] = useState<ShownState>("open");
  const asked = { limit: ROWS_MAX, ...(state === "open" ? {} : { state }) };
  const { value, failure } = useResource("/v1/strategies", asked, LIST_MS);
  const [typed, setTyped] = useState("");
  const items = value?.items.filter((strategy) => matches(strategy, typed.trim().toLowerCase())) ?? [];
  const search = (
    <input
      type="search"
      data-search
      placeholder="Filter strategies  /"
      aria-label="Filter strategies"
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
  return (
    <Panel title="Strategies" aside={search}>
      <Switch label="State" options={STATES} chosen={state} onChoose={setState} />
      {value === undefined && failure === undefined ? <Loading what="strategies" /> : null}
      {failure === undefined ? null : <Failure failure={failure} what="list of strategies" />}
      {value?.total === 0 ? <Empty>No strategy is {state}. Open one with POST /v1/strategies.</Empty> : null}
      {value !== undefined && value.total > 0 && items.length === 0 ? (
        <Empty>No strategy matches “{typed}”.</Empty>
      ) : null}
      {items.length === 0 ? null : <StrategyTable strategies={items} />}
    </Panel>
  );
}

function GroupList() {
  const { value, failure } = useResource("/v1/strategy-groups", { limit: ROWS_MAX }, LIST_MS);
  return (
    <Panel title="Groups">
      {value === undefined && failure === undefined ? <Loading what="groups" /> : null}
      {failure === undefined ? null : <Failure failure={failure} what="list of groups" />}
      {value?.total === 0 ? (
        <Empty>No group yet: PUT /v1/strategy-groups/{"{group}"} sums up strategies of one account.</Empty>
      ) : null}
      {value === undefined || value.total === 0 ? null : <GroupTable groups={value.items} />}
    </Panel>
  );
}

const matches = ({ name, id, account, tags }: StrategyObject, text: string): boolean =>
  [name, id, account, ...tags].some((field) => field.toLowerCase().includes(text));
