/** Strategies: the tenant's open ones, each with what it has made so far. */
import { useState } from "preact/hooks";
import type { StrategyObject } from "../../contracts/strategies.ts";
import { grouped } from "../figures.ts";
import { useResource, useVisible } from "../hooks.ts";
import { fragmentOf, type Resolution } from "../location.ts";
import { Signed } from "../parts/figures.tsx";
import { NUMBER, Panel, WIDE, WIDE_NUMBER } from "../parts/panel.tsx";
import { Empty, Failure, Loading } from "../parts/states.tsx";
import { StateOfStrategy, StrategyPage } from "./strategy.tsx";

/** Strategies are opened by people or once a day; what they make moves with the market. */
const LIST_MS = 10_000;
const ROW_MS = 4_000;
/** The API's largest page. */
const ROWS_MAX = 1_000;

/** Open is all but closed. */
const STATES = ["open", "draft", "active", "paused", "closed"] as const;
type ShownState = (typeof STATES)[number];
type StrategiesProps = { readonly opened?: string; readonly resolution: Resolution };

export const Strategies = ({ opened, resolution }: StrategiesProps) =>
  opened === undefined ? (
    <StrategyList />
  ) : (
    <StrategyPage key={opened} strategy={opened} resolution={resolution} />
  );

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
      <fieldset class="switch states">
        <legend class="hidden">State</legend>
        {STATES.map((one) => (
          <button key={one} type="button" aria-pressed={one === state} onClick={() => setState(one)}>
            {one}
          </button>
        ))}
      </fieldset>
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

const matches = ({ name, id, account, tags }: StrategyObject, text: string): boolean =>
  [name, id, account, ...tags].some((field) => field.toLowerCase().includes(text));

const StrategyTable = ({ strategies }: { strategies: readonly StrategyObject[] }) => (
  <table class="rows" aria-label="Strategies">
    <thead>
      <tr>
        <th scope="col">Strategy</th>
        <th scope="col" class={WIDE}>
          State
        </th>
        <th scope="col">Account</th>
        <th scope="col" class={NUMBER}>
          Total P&amp;L
        </th>
        <th scope="col" class={WIDE_NUMBER}>
          Unrealised
        </th>
        <th scope="col" class={WIDE_NUMBER}>
          Realised
        </th>
        <th scope="col" class={WIDE_NUMBER}>
          Gross
        </th>
        <th scope="col" class={WIDE}>
          Legs
        </th>
      </tr>
    </thead>
    <tbody>
      {strategies.map((strategy) => (
        <StrategyRow key={strategy.id} strategy={strategy} />
      ))}
    </tbody>
  </table>
);

function StrategyRow({
  strategy: { id, name, account, currency, tags, instruments, state },
}: {
  strategy: StrategyObject;
}) {
  const [row, visible] = useVisible<HTMLTableRowElement>();
  const { value } = useResource(
    "/v1/strategies/{strategy}/pnl",
    visible ? { strategy: id } : undefined,
    ROW_MS,
  );
  return (
    <tr ref={row}>
      <th scope="row">
        <a href={fragmentOf("strategies", id)} data-row>
          {name}
        </a>{" "}
        {tags.map((tag) => (
          <span key={tag} class="badge wide-only">
            {tag}
          </span>
        ))}
      </th>
      <td class={WIDE}>
        <StateOfStrategy state={state} />
      </td>
      <td>{account}</td>
      <td class={NUMBER}>
        <Signed value={value?.total ?? null} /> <small class="muted">{currency}</small>
      </td>
      <td class={WIDE_NUMBER}>
        <Signed value={value?.unrealised ?? null} />
      </td>
      <td class={WIDE_NUMBER}>
        <Signed value={value?.realised ?? null} />
      </td>
      <td class={WIDE_NUMBER}>{grouped(value?.grossExposure)}</td>
      <td class={WIDE}>{legsText(instruments.map(({ symbol }) => symbol))}</td>
    </tr>
  );
}

/** As many as a row has room for. */
const LEGS_SHOWN = 3;

const legsText = (symbols: readonly string[]): string =>
  symbols.length <= LEGS_SHOWN
    ? symbols.join(", ")
    : `${symbols.slice(0, LEGS_SHOWN).join(", ")} and ${symbols.length - LEGS_SHOWN} more`;
