/** Strategies by row, each with its state and what it has made so far; a row asks while it is on the screen. */

import type { StrategyObject } from "../../contracts/strategies.ts";
import type { GroupObject } from "../../contracts/strategy-groups.ts";
import { grouped } from "../figures.ts";
import { useResource, useVisible } from "../hooks.ts";
import { fragmentOf, nameOfGroup } from "../location.ts";
import { Signed } from "./figures.tsx";
import { NUMBER, WIDE, WIDE_NUMBER } from "./panel.tsx";

/** What they make moves with the market. */
const ROW_MS = 4_000;

const STATE_MEANING: Readonly<Record<StrategyObject["state"], string>> = {
  draft: "it trades nothing yet",
  active: "its orders are decided by the limits",
  paused: "only orders that close what it holds are admitted",
  closed: "it has ended; no order names it any more",
};

export const StateOfStrategy = ({ state }: { state: StrategyObject["state"] }) => (
  <span class={`badge state-badge ${state}`} title={STATE_MEANING[state]}>
    {state}
  </span>
);

export const StrategyTable = ({ strategies }: { strategies: readonly StrategyObject[] }) => (
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

export const GroupTable = ({ groups }: { groups: readonly GroupObject[] }) => (
  <table class="rows" aria-label="Groups">
    <thead>
      <tr>
        <th scope="col">Group</th>
        <th scope="col">Account</th>
        <th scope="col" class={NUMBER}>
          Total P&amp;L
        </th>
        <th scope="col" class={NUMBER}>
          Strategies
        </th>
      </tr>
    </thead>
    <tbody>
      {groups.map((group) => (
        <GroupRow key={group.id} group={group} />
      ))}
    </tbody>
  </table>
);

function GroupRow({ group: { id, name, account, currency, strategies } }: { group: GroupObject }) {
  const [row, visible] = useVisible<HTMLTableRowElement>();
  const names = visible ? { group: id } : undefined;
  const { value } = useResource("/v1/strategy-groups/{group}/pnl", names, ROW_MS);
  return (
    <tr ref={row}>
      <th scope="row">
        <a href={fragmentOf("strategies", nameOfGroup(id))} data-row>
          {name}
        </a>
      </th>
      <td>{account}</td>
      <td class={NUMBER}>
        <Signed value={value?.total ?? null} /> <small class="muted">{currency}</small>
      </td>
      <td class={NUMBER}>{strategies.length}</td>
    </tr>
  );
}
