/** Every consequence of a directory's event for what it keeps in memory. */
import type { DirectoryEvent } from "./events.ts";
import type { DirectoryState } from "./state.ts";

export function apply(state: DirectoryState, event: DirectoryEvent): void {
  switch (event.kind) {
    case "instrument-put":
      if (event.instrument.version === 1) state.instruments += 1;
      return;
    case "instrument-held":
      return;
  }
}
