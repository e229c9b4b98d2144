/** The system: whether it can serve, which actors live, and how far Postgres is behind them. */
import { useState } from "preact/hooks";
import type { ActorItem } from "../../contracts/actors.ts";
import { momentOf, span } from "../figures.ts";
import { useResource } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import { Panel, Tile } from "../parts/panel.tsx";
import { Empty, Failure, Loading } from "../parts/states.tsx";
import { ActorPage } from "./actor.tsx";

/** Readiness changes within ten seconds and actors report every five: three show each step. */
const HEALTH_MS = 3_000;
const ACTORS_MS = 3_000;
/** The API's largest page: beyond it the sums say of how many they are. */
const ACTORS_MAX = 1_000;
/** A reader narrows by name sooner than reading further. */
const ROWS_MAX = 200;

export const System = ({ opened }: { opened?: string }) => (
  <div class="system">
    <Health />
    {opened === undefined ? null : <ActorPage key={opened} place={opened} />}
    <Actors {...(opened === undefined ? {} : { opened })} />
  </div>
);

const NOTHING = {};

function Health() {
  const { value, failure } = useResource("/health/ready", NOTHING, HEALTH_MS);
  if (value === undefined && failure === undefined) return <Loading what="health" />;
  const status = failure === undefined ? (value?.status ?? "unknown") : "not ready";
  return (
    <Panel title="Health" aside={<span class={`badge health-${status.replace(" ", "-")}`}>{status}</span>}>
      {failure === undefined ? null : <Failure failure={failure} what="word that calls can be served" />}
      <dl class="tiles">
        {Object.entries(value?.checks ?? {}).map(([name, state]) => (
          <Tile key={name} name={name}>
            <CheckState state={state} />
          </Tile>
        ))}
      </dl>
    </Panel>
  );
}

function CheckState({ state }: { state: unknown }) {
  const text = typeof state === "string" ? state : JSON.stringify(state);
  const good = text === "ok" || text === "ready";
  return (
    <span class={good ? "up" : "down"}>
      <span aria-hidden="true">{good ? "✓" : "✕"}</span> {text}
    </span>
  );
}

function Actors({ opened }: { opened?: string }) {
  const { value, failure } = useResource("/v1/actors", { limit: ACTORS_MAX }, ACTORS_MS);
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState<string>();
  const search = (
    <input
      type="search"
      data-search
      placeholder="Filter actors  /"
      aria-label="Filter actors by name"
      value={typed}
      onInput={(event) => setTyped(event.currentTarget.value)}
    />
  );
  const items = value?.items ?? [];
  const wanted = typed.trim().toLowerCase();
  const shown = items
    .filter(
      (actor) =>
        (kind === undefined || actor.kind === kind) &&
        `${actor.kind}:${actor.name}`.toLowerCase().includes(wanted),
    )
    .toSorted((one, other) => other.outboxDepth - one.outboxDepth);
  return (
    <Panel title="Actors" aside={search}>
      {value === undefined && failure === undefined ? <Loading what="actors" /> : null}
      {failure === undefined ? null : <Failure failure={failure} what="list of actors" />}
      {value === undefined ? null : <Totals items={items} total={value.total} kind={kind} onKind={setKind} />}
      {value !== undefined && shown.length === 0 ? (
        <Empty>No actor matches. An actor reports within seconds of its first call.</Empty>
      ) : null}
      {shown.length === 0 ? null : (
        <ActorTable actors={shown.slice(0, ROWS_MAX)} {...(opened === undefined ? {} : { opened })} />
      )}
      {shown.length > ROWS_MAX ? (
        <p class="muted small">
          The first {ROWS_MAX} of {shown.length}, deepest outbox first.
        </p>
      ) : null}
    </Panel>
  );
}

type TotalsProps = {
  readonly items: readonly ActorItem[];
  readonly total: number;
  readonly kind: string | undefined;
  readonly onKind: (kind: string | undefined) => void;
};

function Totals({ items, total, kind, onKind }: TotalsProps) {
  const kinds = [...Map.groupBy(items, (actor) => actor.kind)].sort(([one], [other]) =>
    one.localeCompare(other),
  );
  const depth = items.reduce((sum, { outboxDepth }) => sum + outboxDepth, 0);
  const lag = Math.max(0, ...items.map(({ outboxLagMs }) => outboxLagMs));
  return (
    <>
      <dl class="tiles">
        <Tile name={items.length < total ? `Actors, the first ${items.length} of` : "Actors"}>{total}</Tile>
        <Tile name="Facts waiting for Postgres">{depth}</Tile>
        <Tile name="Longest wait">
          <span class={lag > LAG_MS ? "down" : ""}>{span(lag)}</span>
        </Tile>
        <Tile name="Fenced">{items.filter(({ fenced }) => fenced).length}</Tile>
      </dl>
      <fieldset class="switch kinds">
        <legend class="hidden">Kind of actor</legend>
        <button type="button" aria-pressed={kind === undefined} onClick={() => onKind(undefined)}>
          all
        </button>
        {kinds.map(([name, actors]) => (
          <button key={name} type="button" aria-pressed={kind === name} onClick={() => onKind(name)}>
            {name} <span class="number muted">{actors.length}</span>
          </button>
        ))}
      </fieldset>
    </>
  );
}

/** Longer than an outbox waits while Postgres answers. */
const LAG_MS = 10_000;

const ActorTable = ({ actors, opened }: { actors: readonly ActorItem[]; opened?: string }) => (
  <table class="rows" aria-label="Actors">
    <thead>
      <tr>
        <th scope="col">Actor</th>
        <th scope="col" class="number">
          Outbox
        </th>
        <th scope="col" class="number">
          Lag
        </th>
        <th scope="col" class="number wide-only">
          Facts
        </th>
        <th scope="col" class="wide-only">
          Fullest collection
        </th>
        <th scope="col" class="wide-only">
          Since (UTC)
        </th>
        <th scope="col" class="number">
          Reported
        </th>
      </tr>
    </thead>
    <tbody>
      {actors.map((actor) => (
        <ActorRow
          key={`${actor.kind}:${actor.name}`}
          actor={actor}
          current={opened === `${actor.kind}:${actor.name}`}
        />
      ))}
    </tbody>
  </table>
);

const ActorRow = ({ actor, current }: { actor: ActorItem; current: boolean }) => (
  <tr class={current ? "current" : ""}>
    <th scope="row">
      <a href={fragmentOf("system", `${actor.kind}:${actor.name}`)} data-row>
        {actor.kind} <span class="actor-name">{actor.name}</span>
      </a>
      {actor.fenced ? <span class="badge warn">fenced</span> : null}
      {actor.breakers
        .filter(({ state }) => state !== "closed")
        .map(({ name, state }) => (
          <span key={name} class="badge warn">
            {name} {state}
          </span>
        ))}
    </th>
    <td class="number">{actor.outboxDepth}</td>
    <td class={`number ${actor.outboxLagMs > LAG_MS ? "down" : ""}`}>
      {actor.outboxLagMs === 0 ? "–" : span(actor.outboxLagMs)}
    </td>
    <td class="number wide-only">{actor.lastSeq}</td>
    <td class="wide-only">
      {actor.fullest === null
        ? "–"
        : `${actor.fullest.collection} ${(actor.fullest.ratio * 100).toFixed(0)} %`}
    </td>
    <td class="wide-only">{momentOf(actor.since)}</td>
    <td class="number">{agoText(actor.lastReportAt)}</td>
  </tr>
);

function agoText(at: number): string {
  const ms = Math.max(0, Date.now() - at);
  return ms < SECOND_MS ? "now" : `${span(ms)} ago`;
}

const SECOND_MS = 1_000;
