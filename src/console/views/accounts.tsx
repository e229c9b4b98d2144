/** Accounts: the tenant's, each with its exposure, its state and the limit that it stands nearest to. */
import { useState } from "preact/hooks";
import { grouped } from "../figures.ts";
import { useResource, useVisible } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import { UtilisationBar } from "../parts/figures.tsx";
import { NUMBER, Panel, WIDE_NUMBER } from "../parts/panel.tsx";
import { Empty, Failure, Loading } from "../parts/states.tsx";
import { StateBadge } from "../parts/trading-state.tsx";
import type { Utilisation } from "../shapes.ts";
import { AccountPage } from "./account.tsx";

/** Accounts are made by people. */
const LIST_MS = 10_000;
const ROW_MS = 4_000;
/** The API's largest page. */
const ROWS_MAX = 1_000;

type AccountsProps = { readonly opened?: string; readonly decision: string | undefined };

export const Accounts = ({ opened, decision }: AccountsProps) =>
  opened === undefined ? <AccountList /> : <AccountPage key={opened} account={opened} decision={decision} />;

function AccountList() {
  const { value, failure } = useResource("/v1/accounts", { limit: ROWS_MAX }, LIST_MS);
  const [typed, setTyped] = useState("");
  const items =
    value?.items.filter(({ account }) => account.toLowerCase().includes(typed.trim().toLowerCase())) ?? [];
  const search = (
    <input
      type="search"
      data-search
      placeholder="Filter accounts  /"
      aria-label="Filter accounts"
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
  return (
    <Panel title="Accounts" aside={search}>
      {value === undefined && failure === undefined ? <Loading what="accounts" /> : null}
      {failure === undefined ? null : <Failure failure={failure} what="list of accounts" />}
      {value?.total === 0 ? (
        <Empty>
          There are no accounts yet. Make one with PUT /v1/accounts/{"{account}"} (currency and equity).
        </Empty>
      ) : null}
      {value !== undefined && value.total > 0 && items.length === 0 ? (
        <Empty>No account’s name holds “{typed}”.</Empty>
      ) : null}
      {items.length === 0 ? null : <AccountTable accounts={items.map(({ account }) => account)} />}
    </Panel>
  );
}

const AccountTable = ({ accounts }: { accounts: readonly string[] }) => (
  <table class="rows" aria-label="Accounts">
    <thead>
      <tr>
        <th scope="col">Account</th>
        <th scope="col">State</th>
        <th scope="col" class={NUMBER}>
          Equity
        </th>
        <th scope="col" class={WIDE_NUMBER}>
          Gross
        </th>
        <th scope="col" class={WIDE_NUMBER}>
          Net
        </th>
        <th scope="col">Nearest limit</th>
      </tr>
    </thead>
    <tbody>
      {accounts.map((account) => (
        <AccountRow key={account} account={account} />
      ))}
    </tbody>
  </table>
);

function AccountRow({ account }: { account: string }) {
  const [row, visible] = useVisible<HTMLTableRowElement>();
  const { value } = useResource("/v1/accounts/{account}", visible ? { account } : undefined, ROW_MS);
  const nearest = value === undefined ? undefined : nearestLimit(value.utilisation);
  return (
    <tr ref={row}>
      <th scope="row">
        <a href={fragmentOf("accounts", account)} data-row>
          {account}
        </a>
      </th>
      <td>{value === undefined ? null : <StateBadge state={value.state} />}</td>
      <td class={NUMBER}>
        {grouped(value?.equity)} <small class="muted wide-only">{value?.currency}</small>
      </td>
      <td class={WIDE_NUMBER}>{grouped(value?.gross)}</td>
      <td class={WIDE_NUMBER}>{grouped(value?.net)}</td>
      <td>
        {nearest === undefined ? (
          <span class="muted">{value === undefined ? "…" : "no limits"}</span>
        ) : (
          <span class="nearest">
            <UtilisationBar utilisation={nearest.utilisation} />
            <code class="muted">{nearest.kind}</code>
          </span>
        )}
      </td>
    </tr>
  );
}

function nearestLimit(entries: readonly Utilisation[]): Utilisation | undefined {
  const share = ({ utilisation }: Utilisation): number => Number(utilisation ?? 0);
  return entries.toSorted((one, other) => share(other) - share(one))[0];
}
