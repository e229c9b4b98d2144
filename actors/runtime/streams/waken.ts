/** After a load: the clients that were connected, from what their attachments keep and what the disk says. */
import type { Socket } from "../socket-port.ts";
import { type Client, type Kept, keptOf } from "./client.ts";
import type { Crowd } from "./crowd.ts";
import { errorText } from "./message-text.ts";
import type { Topics } from "./topics.ts";

export function waken(sockets: readonly Socket[], crowd: Crowd, topics: Topics<Client>): void {
  for (const socket of sockets) {
    const kept = keptOf(socket);
    if (kept !== undefined) wakenOne(crowd.admit(socket, kept), kept, crowd, topics);
  }
  topics.settle();
}

function wakenOne(client: Client, kept: Kept, crowd: Crowd, topics: Topics<Client>): void {
  client.laggingSince = kept.laggingSince ?? undefined;
  const gone: string[] = [];
  for (const [name, acked, sent] of kept.topics) {
    const topic = topics.find(name);
    if (topic === undefined) {
      gone.push(errorText(undefined, "topic-unknown", `${name} is no longer here`));
      continue;
    }
    const progress = client.listen(topic);
    if (client.laggingSince !== undefined) {
      progress.sent = sent;
      progress.sentUnits = topics.unitsThrough(topic, sent);
    }
    progress.acked = acked;
    progress.ackedUnits = topics.unitsThrough(topic, acked);
    client.unacked += client.sentUnits(topic, progress) - progress.ackedUnits;
  }
  crowd.slow.found(client);
  if (gone.length > 0) {
    client.keep();
    crowd.say(client, gone);
  }
}
