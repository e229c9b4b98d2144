/** The limits in force: how far each is used now, or what it allows each order where it stands for orders alone. */
import type { ComponentChildren } from "preact";
import { attributionOf, usedOf, waitingOf } from "../decisions.ts";
import { grouped, momentOf } from "../figures.ts";
import { type Resource, useResource } from "../hooks.ts";
import type { Account, Limit, PendingLimits, Trip, Utilisation } from "../shapes.ts";
import { scopeText } from "./decision.tsx";
import { UtilisationBar } from "./figures.tsx";
import { Listed } from "./listed.tsx";
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
  return (
    <ul class="limit-bars">
      {value.limits.map((limit) => (
        <LimitBar key={limit.id + limit.scope?.id} limit={limit} used={usedOf(limit, utilisation)} />
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

type StandingProps = { readonly badge: string; readonly text: string; readonly children: ComponentChildren };

const Standing = ({ badge, text, children }: StandingProps) => (
  <span class="limit-name">
    <span class={`badge ${badge}`}>{text}</span> {children}
  </span>
);

type ShortProps<Item> = { readonly resource: Resource<{ readonly items: readonly Item[] }> };

/** Limits that let through only what closes, until somebody releases them. */
export const TripList = ({ resource }: ShortProps<Trip>) => (
  <Listed resource={resource} what="tripped limits">
    {(items) => (
      <ul class="limit-bars trips" aria-label="Tripped limits">
        {items.map(({ limitId, member, kind, limit, observed, at }) => (
          <li key={`${limitId} ${member}`}>
            <Standing badge="verdict-fail" text="✕ tripped">
              <strong>{limitId}</strong> <code class="muted">{kind}</code> {member}
              <span class="muted below">
                since {momentOf(at)} UTC; only what closes, until it is released
              </span>
            </Standing>
            <span class="number limit-figures">
              {grouped(observed)} <span class="muted">of {grouped(limit)}</span>
            </span>
          </li>
        ))}
      </ul>
    )}
  </Listed>
);

/** Sets that come later, what has to be approved, and overrides in force. */
export const WaitingList = ({ resource }: ShortProps<PendingLimits>) => (
  <Listed resource={resource} what="limits that wait">
    {(items) => (
      <ul class="limit-bars waiting" aria-label="Limits that wait">
        {items.map((item) => (
          <li key={item.id}>
            <Standing badge="warn" text={item.status}>
              {waitingOf(item)}
              <span class="muted below">{attributionOf(item)}</span>
            </Standing>
          </li>
        ))}
      </ul>
    )}
  </Listed>
);
