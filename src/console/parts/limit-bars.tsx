/** The limits in force: how far each is used now, or what it allows each order where it stands for orders alone. */
import { grouped } from "../figures.ts";
import { useResource } from "../hooks.ts";
import type { Account, Limit, Utilisation } from "../shapes.ts";
import { scopeText } from "./decision.tsx";
import { UtilisationBar } from "./figures.tsx";
import { Empty, Failure, Loading } from "./states.tsx";

export function LimitBars({ account: { account, limitsVersion, utilisation } }: { account: Account }) {
  const names = limitsVersion === 0 ? undefined : { account, version: limitsVersion };
  const { value, failure } = useResource("/v1/accounts/{account}/limits", names);
  if (limitsVersion === 0 || value?.limits.length === 0)
    return (
      <Empty>
        No limit stands. Without one every order is refused no-limits; put some with PUT …/limits.
      </Empty>
    );
  if (value === undefined)
    return failure === undefined ? <Loading what="limits" /> : <Failure failure={failure} what="limits" />;
  const used = new Map(utilisation.map((entry) => [entry.id, entry]));
  return (
    <ul class="limit-bars">
      {value.limits.map((limit) => (
        <LimitBar key={limit.id} limit={limit} used={used.get(limit.id)} />
      ))}
    </ul>
  );
}

/** A limit that holds for each member of its scope shows the one that is nearest to it. */
function LimitBar({ limit, used }: { limit: Limit; used: Utilisation | undefined }) {
  const { id, kind, action } = limit;
  const scope = used?.scope ?? limit.scope;
  return (
    <li>
      <span class="limit-name">
        <strong>{id}</strong> <code class="muted">{kind}</code>{" "}
        <span class="muted">
          {scope === undefined ? "" : `${scopeText(scope)}, `}
          {action}
        </span>
      </span>
      <span class="number limit-figures">
        {used === undefined ? (
          <span class="muted">{allowanceText(limit)}</span>
        ) : (
          <>
            {grouped(used.observed)} <span class="muted">of {grouped(used.limit)}</span>
          </>
        )}
      </span>
      {used === undefined ? null : <UtilisationBar utilisation={used.utilisation} />}
    </li>
  );
}

/** Of a limit that no standing figure is held against. */
function allowanceText({ threshold, symbols, windowMs }: Limit): string {
  if (symbols !== undefined) return `${symbols.length} symbols`;
  return windowMs === undefined
    ? `each order ${grouped(threshold)}`
    : `${grouped(threshold)} in ${grouped(String(windowMs))} ms`;
}
