/** Lanes as the bricks of streams see them: topics that their listeners hear. */
import type { Client } from "../runtime/streams/client.ts";
import type { Heard, HeardTopics } from "../runtime/streams/topic.ts";
import type { Lane } from "./lane.ts";
import { LAGGING_WORDS_MAX } from "./limits.ts";

/** A lane knows by itself what was sent on it; whoever leaves one has risen from its seat before. */
export const HEARD_LANES: HeardTopics<Client> = {
  // SAFETY: clients of a gateway listen to lanes alone.
  after: (topic, seq) => (topic as Lane).after(seq),
  lost: () => undefined,
};

/** Those of which something lies in its socket; with a thousand topics not all of them. */
export const laggingTopics = (client: Client): readonly Heard<Client>[] =>
  [...client.progress]
    .filter(([topic, progress]) => client.sentUnits(topic, progress) > progress.ackedUnits)
    .map(([topic]) => topic)
    .slice(0, LAGGING_WORDS_MAX);
