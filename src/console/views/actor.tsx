/** One actor, asked itself: how it stands, and each of its collections against its bound. */
import type { ActorDetail } from "../../contracts/actors.ts";
import { momentOf, span } from "../figures.ts";
import { useResource } from "../hooks.ts";
import { fragmentOf } from "../location.ts";
import { UtilisationBar } from "../parts/figures.tsx";
import { Panel, Table, Tile } from "../parts/panel.tsx";
import { Failure, Loading } from "../parts/states.tsx";

/** Asking an actor costs it a turn; a reader sees no more than this. */
const ACTOR_MS = 3_000;

const SIZE_COLUMNS = [
  { name: "Collection" },
  { name: "Used", number: true },
  { name: "At most", number: true },
  { name: "Use of the bound" },
  { name: "At the bound", narrow: "hide" },
] as const;

/** `place` is `<kind>:<name>`; names hold colons themselves. */
export function ActorPage({ place }: { place: string }) {
  const [kind = "", ...name] = place.split(":");
  const { value, failure } = useResource("/v1/actors/{kind}/{id}", { kind, id: name.join(":") }, ACTOR_MS);
  const close = (
    <a class="quiet close" href={fragmentOf("system")} aria-label="Close, back to the list">
      ✕
    </a>
  );
  return (
    <Panel title={place} class="actor" aside={close}>
      {value === undefined && failure === undefined ? <Loading what={place} /> : null}
      {failure === undefined || value !== undefined ? null : (
        <Failure failure={failure} what={`actor ${place}`} />
      )}
      {value === undefined ? null : <Standing actor={value} />}
    </Panel>
  );
}

const Standing = ({ actor }: { actor: ActorDetail }) => (
  <>
    <dl class="tiles">
      <Tile name="Mailbox">{actor.mailboxDepth}</Tile>
      <Tile name="Sockets">{actor.sockets}</Tile>
      <Tile name="Facts">{actor.lastSeq}</Tile>
      <Tile name="In Postgres">{actor.archivedSeq}</Tile>
      <Tile name="Outbox">{actor.outboxDepth}</Tile>
      <Tile name="Lag">{span(actor.outboxLagMs)}</Tile>
      <Tile name="Loaded (UTC)">{momentOf(actor.loadedAt)}</Tile>
    </dl>
    <Table label="Collections" columns={SIZE_COLUMNS}>
      {actor.sizes.map(({ collection, used, max, unit, atBound }) => (
        <tr key={collection}>
          <td>
            <code>{collection}</code>
          </td>
          <td class="number">{used ?? "–"}</td>
          <td class="number">
            {max} <span class="muted">{unit}</span>
          </td>
          <td>{used === null ? null : <UtilisationBar utilisation={(used / max).toFixed(4)} />}</td>
          <td class="muted small wide-only">{atBound}</td>
        </tr>
      ))}
    </Table>
  </>
);
