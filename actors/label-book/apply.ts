/** Every consequence of a label book's event for what it keeps in memory. */
import type { LabelEvent } from "./events.ts";
import type { LabelBookState } from "./state.ts";

export function apply(state: LabelBookState, event: LabelEvent): void {
  switch (event.kind) {
    case "label-put":
      state.labels += event.what === "created" ? 1 : 0;
      return;
    case "label-deleted":
      state.labels -= 1;
      state.gone += 1;
      return;
    case "id-forgotten":
      state.gone -= 1;
      state.versionFloor = Math.max(state.versionFloor, event.version);
      return;
  }
}
