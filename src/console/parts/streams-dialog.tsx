/** The page's one stream: how it stands, and each topic on it with its lag. */
import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { TopicHealth } from "../../client/streams/followed.ts";
import { span } from "../figures.ts";
import { useNow, useSurroundings } from "../hooks.ts";
import { NUMBER, Table, WIDE_NUMBER } from "./panel.tsx";
import { Empty } from "./states.tsx";

/** A trader looks twice at a price that was this long on its way. */
const LAG_MS = 1_000;

const STATE_TEXT: Readonly<Record<TopicHealth["state"], readonly [text: string, title: string]>> = {
  live: ["live", "Changes come as they happen."],
  waiting: ["waiting", "It was asked for and has not been answered."],
  behind: ["behind", "Messages are missing and have been asked for again."],
  refused: ["refused", "The server does not serve it."],
  mute: ["mute", "Its market is open and nothing comes."],
  "source-away": ["source away", "The actor that tells it does not answer."],
  closed: ["closed", "Its market is closed."],
};
/** What a reader may wait for, and what he should know of. */
const GOOD: readonly TopicHealth["state"][] = ["live", "closed", "waiting"];

/** Asked again each second, and with each change of the stream. */
function useHealth() {
  const { live } = useSurroundings();
  const [changes, setChanges] = useState(0);
  useNow();
  useEffect(() => live.watch(() => setChanges((before) => before + 1)), [live]);
  return { state: live.state, topics: live.health, changes };
}

const worstLag = (topics: readonly TopicHealth[]): number | null =>
  topics.reduce<number | null>(
    (worst, { lagMs }) => (lagMs === null ? worst : Math.max(worst ?? 0, lagMs)),
    null,
  );

/** In the bar at the top: opens the dialog. */
export function StreamButton({ onOpen }: { onOpen: () => void }) {
  const { state, topics } = useHealth();
  const lag = worstLag(topics);
  const troubled = topics.filter((topic) => !GOOD.includes(topic.state)).length;
  const good = state === "live" && troubled === 0;
  return (
    <button
      type="button"
      class={`quiet stream-button ${good ? "good" : "bad"}`}
      onClick={onOpen}
      title="The page's stream, topic by topic"
      data-stream={state}
    >
      <span class="dot" aria-hidden="true" /> {state}
      <span class="number muted">{lag === null ? "" : ` ${span(lag)}`}</span>
      {troubled === 0 ? null : <span class="caveat"> {troubled} not live</span>}
    </button>
  );
}

export const StreamsDialog = ({ dialog }: { dialog: RefObject<HTMLDialogElement | null> }) => {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const element = dialog.current;
    if (element === null) return;
    const observer = new MutationObserver(() => setOpen(element.open));
    observer.observe(element, { attributeFilter: ["open"] });
    return () => observer.disconnect();
  }, [dialog]);
  return (
    <dialog ref={dialog} class="wide" aria-labelledby="streams-title">
      <h2 id="streams-title">Stream</h2>
      {open ? <Topics /> : null}
      <form method="dialog">
        <button type="submit" class="primary" autofocus>
          Close
        </button>
      </form>
    </dialog>
  );
};

const COLUMNS = [
  { name: "Topic" },
  { name: "State" },
  { name: "Lag", number: true },
  { name: "Last message", number: true },
  { name: "Sequence", number: true, narrow: "hide" },
  { name: "Conflated", number: true, narrow: "hide" },
  { name: "Lost", number: true, narrow: "hide" },
] as const;

function Topics() {
  const { state, topics } = useHealth();
  return (
    <>
      <p class="muted small">
        One connection, <strong>{state}</strong>, {topics.length} topics. Lag is from when a message was made
        until it was here, by the server’s clock.
      </p>
      {topics.length === 0 ? <Empty>This page listens to nothing.</Empty> : null}
      {topics.length === 0 ? null : (
        <Table label="Topics of the stream" columns={COLUMNS}>
          {topics
            .toSorted((one, other) => one.topic.localeCompare(other.topic))
            .map((topic) => (
              <TopicRow key={topic.topic} topic={topic} />
            ))}
        </Table>
      )}
    </>
  );
}

function TopicRow({
  topic: { topic, state, lagMs, ageMs, seq, skipped, missed, error },
}: {
  topic: TopicHealth;
}) {
  const [text, title] = STATE_TEXT[state];
  return (
    <tr data-topic={topic}>
      <th scope="row">{topic}</th>
      <td class={GOOD.includes(state) ? "" : "caveat"} title={error?.detail ?? title}>
        {text}
        {error === undefined ? null : <code> {error.code}</code>}
      </td>
      <td class={`${NUMBER} ${lagMs !== null && lagMs > LAG_MS ? "caveat" : ""}`}>
        {lagMs === null ? "–" : span(lagMs)}
      </td>
      <td class={NUMBER}>{ageMs === null ? "–" : `${span(ageMs)} ago`}</td>
      <td class={WIDE_NUMBER}>{seq ?? "–"}</td>
      <td class={WIDE_NUMBER}>{skipped}</td>
      <td class={`${WIDE_NUMBER} ${missed > 0 ? "caveat" : ""}`}>{missed}</td>
    </tr>
  );
}
