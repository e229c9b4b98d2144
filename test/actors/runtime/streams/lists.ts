/** Topics that are lists of numbers: the snapshot is the list, a delta what was added. So a client can be compared with the truth. */
import type { SocketHost, Sockets } from "../../../../actors/runtime/sockets.ts";

export class Lists {
  readonly values = new Map<string, number[]>();
  /** How often a text was built. */
  built = 0;

  constructor(...topics: readonly string[]) {
    for (const topic of topics) this.values.set(topic, []);
  }

  readonly host: SocketHost = {
    topicOf: (topic) => {
      if (!this.values.has(topic)) return { code: "topic-unknown", detail: "there is no such list" };
      return { topic, snapshot: () => JSON.stringify(this.values.get(topic)) };
    },
    initialTopics: [],
  };

  /** Inside a turn. */
  put(sockets: Sockets, topic: string, value: number, padding = ""): void {
    this.values.get(topic)?.push(value);
    if (!sockets.watches(topic)) return;
    this.built += 1;
    sockets.publish(topic, "delta", padding === "" ? `[${value}]` : `[${value},"${padding}"]`);
  }
}
