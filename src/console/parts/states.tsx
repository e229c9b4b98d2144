/** What stands where there is nothing to show yet, nothing at all, or no way to know. Each says what to do. */
import type { ComponentChildren } from "preact";
import type { Refused } from "../../client/refused.ts";
import { age } from "../figures.ts";
import { type LinkState, useNow } from "../hooks.ts";

export const Loading = ({ what }: { what: string }) => (
  <p class="told" role="status">
    Loading {what} …
  </p>
);

export const Empty = ({ children }: { children: ComponentChildren }) => <p class="told">{children}</p>;

export function Failure({ failure, what }: { failure: Refused; what: string }) {
  return (
    <p class="told failure" role="alert">
      <strong>No {what}.</strong> {failure.problem.detail ?? failure.message} <code>{failure.code}</code>
      <br />
      {adviceOn(failure)}
    </p>
  );
}

function adviceOn({ status }: Refused): string {
  if (status === 0) return "The page asks again by itself; check that the platform runs.";
  if (status === 403) return "This key lacks the scope. Forget it and come with another one.";
  if (status === 404) return "Check the name, or go back to the list with Esc.";
  if (status === 429 || status >= 500) return "The page asks again by itself.";
  return "Reload the page; the API's document at /docs tells what this call takes.";
}

const LINK_TEXT: Readonly<Record<LinkState, readonly [text: string, title: string]>> = {
  connecting: ["connecting", "The stream is being opened."],
  live: ["live", "Changes come by a stream as they happen."],
  reconnecting: [
    "reconnecting",
    "The stream was cut. It comes back by itself and gets what it missed; until then the page asks every few seconds.",
  ],
  polling: ["polling", "There is no stream: the page asks every few seconds."],
};

export function LinkBadge({ link }: { link: LinkState }) {
  const [text, title] = LINK_TEXT[link];
  return (
    <span class={`badge link-${link}`} title={title} role="status">
      <span class="dot" aria-hidden="true" />
      {text}
    </span>
  );
}

/** How long ago that was, by the clock of this browser and the age that the server gave. */
export function Age({
  ageMs,
  receivedAt,
  stale,
}: {
  ageMs: number | null;
  receivedAt: number;
  stale: boolean;
}) {
  const now = useNow();
  if (ageMs === null) return <span class="age muted">no data</span>;
  const current = ageMs + Math.max(0, now - receivedAt);
  const old = stale || current > STALE_MS;
  return (
    <span
      class={`age${old ? " stale" : ""}`}
      title={old ? "Stale: nothing newer than 60 s" : "Age of the newest trade or quote"}
    >
      {age(current)}
      {old ? " stale" : ""}
    </span>
  );
}

/** The API's own bound for `stale`. */
const STALE_MS = 60_000;
