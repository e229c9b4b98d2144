import { expect, test } from "vitest";
import { handToArchiver } from "../../../actors/archiver/hand-over.ts";
import type { ArchiverApi } from "../../../actors/archiver/messages.ts";
import type { Envelope } from "../../../actors/runtime/envelope.ts";
import type { Fact } from "../../../actors/runtime/fact.ts";
import { storedText } from "../../../actors/runtime/fact-runs.ts";
import { textOf } from "../../../actors/runtime/fact-text.ts";
import { answer } from "../../../actors/runtime/reply.ts";
import { envelope } from "../../support/runtime-fakes.ts";

type Method = "archiveRuns" | "archiveText" | "archive";

/** An archiver that does not know these, or throws this. */
function archiver(unknown: readonly Method[], thrown?: Error) {
  const asked: [Method, unknown][] = [];
  const method = (name: Method) => async (_envelope: Envelope, batch: unknown) => {
    asked.push([name, batch]);
    if (thrown !== undefined) throw thrown;
    if (unknown.includes(name))
      throw new TypeError(`The RPC receiver does not implement the method "${name}".`);
    return answer({ watermark: asked.length });
  };
  const api: Pick<ArchiverApi, Method> = {
    archiveRuns: method("archiveRuns"),
    archiveText: method("archiveText"),
    archive: method("archive"),
  };
  return { asked, api: () => api };
}

const facts: Fact[] = [
  [1, 0, "noted", '{"n":1}'],
  [2, 0, "noted", '{"n":2}'],
];
const SENT = { actor: "probe:a", incarnation: "one", knownIncarnations: [] };
const BATCH = { ...SENT, ...textOf(facts), text: storedText(facts) };

test("an archiver is handed the text as it was stored, and what it says is the answer", async () => {
  const { asked, api } = archiver([]);
  expect(await handToArchiver(api, envelope(), BATCH)).toEqual(answer({ watermark: 1 }));
  expect(asked).toEqual([["archiveRuns", BATCH]]);
});

test("one that a deploy has not reached yet is handed the same facts line by line", async () => {
  const { asked, api } = archiver(["archiveRuns"]);
  expect(await handToArchiver(api, envelope(), BATCH)).toEqual(answer({ watermark: 2 }));
  expect(asked.at(-1)).toEqual(["archiveText", { ...SENT, ...textOf(facts) }]);
});

test("one that is older still is handed them one by one", async () => {
  const { asked, api } = archiver(["archiveRuns", "archiveText"]);
  expect(await handToArchiver(api, envelope(), BATCH)).toEqual(answer({ watermark: 3 }));
  expect(asked.at(-1)).toEqual(["archive", { ...SENT, facts }]);
});

test("of one that fails otherwise nobody knows what it took: it is not asked again", async () => {
  const { asked, api } = archiver([], new Error("Network connection lost."));
  await expect(handToArchiver(api, envelope(), BATCH)).rejects.toThrow("lost");
  expect(asked).toHaveLength(1);
});
