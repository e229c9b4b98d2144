/** Every consequence of the directory's events for what it keeps in memory. */
import type { DirectoryEvent } from "./events.ts";
import type { DirectoryState } from "./state.ts";

export function apply(state: DirectoryState, event: DirectoryEvent): void {
  const { gateway } = event;
  switch (event.kind) {
    case "gateway-added":
      state.next = event.number + 1;
      state.gateways.set(gateway, {
        gateway,
        addedAt: event.at,
        draining: false,
        connections: 0,
        topics: 0,
        reportedAt: null,
        storedConnections: 0,
      });
      return;
    case "gateway-drained": {
      const entry = state.gateways.get(gateway);
      if (entry !== undefined) entry.draining = true;
      return;
    }
    case "gateway-left":
      state.gateways.delete(gateway);
      return;
    case "gateway-reported": {
      const entry = state.gateways.get(gateway);
      if (entry === undefined) return;
      entry.connections = event.connections;
      entry.topics = event.topics;
      entry.reportedAt = event.at;
      if (event.stored) entry.storedConnections = event.connections;
      return;
    }
  }
}
