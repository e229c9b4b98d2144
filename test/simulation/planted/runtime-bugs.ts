/** Bugs in the bricks that every actor is made of. */
import type { PlantedBug } from "./bug.ts";

export const RUNTIME_BUGS: readonly PlantedBug[] = [
  {
    name: "answer-first",
    file: "actors/runtime/mailbox.ts",
    find: "this.#options.transaction(this.#options.write);",
    replace: "setTimeout(() => this.#options.transaction(this.#options.write), 20);",
    says: "commands are answered before their group is written",
    load: "trading",
  },
  {
    name: "memory-goes-on",
    file: "actors/runtime/mailbox.ts",
    find: "this.#failure = { error };",
    replace: "for (const command of group) command.fail(error);\n    if (group.length >= 0) return;",
    says: "a group that the disk refused stays in memory, and the object goes on with it",
    load: "trading",
  },
  {
    name: "replies-not-kept",
    file: "actors/runtime/idempotency.ts",
    find: "this.#append(pending);",
    replace: "",
    says: "replies are remembered in memory, not on disk",
    load: "trading",
  },
  {
    name: "heard-not-kept",
    file: "actors/runtime/inbox.ts",
    find: "const rows = [...this.#changed].map((sender)",
    replace: "const rows = ([] as string[]).map((sender)",
    says: "how far a sender was heard is not on disk: after a crash its facts count again",
    load: "trading",
  },
  {
    name: "token-not-kept",
    file: "actors/runtime/fence.ts",
    find: '"UPDATE outbox_fence SET sending = ?1, sending_to = ?2, known = ?3"',
    replace: "\"UPDATE outbox_fence SET known = known WHERE ?1 = '' AND ?2 = 0 AND ?3 = ''\"",
    says: "the token of a batch is not on disk before the batch leaves",
    load: "trading",
  },
  {
    name: "frozen-goes-on",
    file: "actors/runtime/outbox.ts",
    find: 'if (this.fenced) return refusal("actor-fenced"',
    replace: 'if (this.lastSeq < 0) return refusal("actor-fenced"',
    says: "a copy that knows that another one writes goes on deciding",
    load: "trading",
  },
  {
    name: "failed-is-taken",
    file: "actors/runtime/outbox.ts",
    find: "const confirmation = await this.#deliver(ARCHIVE, { ...facts, ...this.#fence.claim(lastSeq) });",
    replace:
      "const confirmation: Confirmation = await this.#deliver(ARCHIVE, { ...facts, ...this.#fence.claim(lastSeq) }).catch(() => ({ watermark: lastSeq }));",
    says: "a batch whose delivery failed counts as delivered, and its facts are deleted",
    load: "trading",
  },
  {
    name: "alarm-stays-late",
    file: "actors/runtime/timers.ts",
    find: "return armed === undefined || armed > wanted || armed <= now;",
    replace: "return armed === undefined;",
    says: "an alarm that is set is not set earlier for an earlier timer",
    load: "trading",
  },
  {
    name: "pushes-not-watched",
    file: "actors/runtime/outbox.ts",
    find: "this.#options.timers.atLatest(OUTBOX_TIMER, due);",
    replace: "if (this.#pushes.nextTry(now) !== undefined) this.#options.timers.atLatest(OUTBOX_TIMER, due);",
    says: "a push that dies with its object is not looked after by any alarm, only one that failed is",
    load: "trading",
  },
  {
    name: "all-heard",
    file: "actors/runtime/outbox.ts",
    find: "if (!this.#rows.waitsFor(destination)) return false;",
    replace:
      "if (!this.#rows.waitsFor(destination)) return false;\n    this.#options.timers.cancel(OUTBOX_TIMER);",
    says: "telling a strategy takes away the timer that has the rest delivered",
    load: "trading",
  },
];
