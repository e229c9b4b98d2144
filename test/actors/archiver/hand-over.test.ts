import { expect, test } from "vitest";
import { handToArchiver } from "../../../actors/archiver/hand-over.ts";
import type { ArchiverApi } from "../../../actors/archiver/messages.ts";
import type { OutboxBatch } from "../../../actors/runtime/fact.ts";
import { asText } from "../../../actors/runtime/fact-text.ts";
import { answer, refusal } from "../../../actors/runtime/reply.ts";
import { envelope } from "../../support/runtime-fakes.ts";

const BATCH: OutboxBatch = {
  actor: "probe:a",
  facts: [[1, 0, "noted", '{"n":1}']],
  incarnation: "one",
  knownIncarnations: [],
};

/** An archiver that throws this where it is handed text, and takes facts. */
function archiver(thrown?: Error) {
  const asked: [string, unknown][] = [];
  const api: Pick<ArchiverApi, "archive" | "archiveText"> = {
    archiveText: async (_envelope, batch) => {
      asked.push(["text", batch]);
      if (thrown !== undefined) throw thrown;
      return refusal("overloaded");
    },
    archive: async (_envelope, batch) => {
      asked.push(["facts", batch]);
      return answer({ watermark: 1 });
    },
  };
  return { asked, api: () => api };
}

test("an archiver is handed text, and what it says is the answer", async () => {
  const { asked, api } = archiver();
  expect(await handToArchiver(api, envelope(), asText(BATCH))).toMatchObject({ code: "overloaded" });
  expect(asked).toEqual([["text", asText(BATCH)]]);
});

test("one that a deploy has not reached yet is handed the same facts one by one", async () => {
  const unknown = new TypeError('The RPC receiver does not implement the method "archiveText".');
  const { asked, api } = archiver(unknown);
  expect(await handToArchiver(api, envelope(), asText(BATCH))).toEqual(answer({ watermark: 1 }));
  expect(asked.at(-1)).toEqual(["facts", BATCH]);
});

test("of one that fails otherwise nobody knows what it took: it is not asked again", async () => {
  const { asked, api } = archiver(new Error("Network connection lost."));
  await expect(handToArchiver(api, envelope(), asText(BATCH))).rejects.toThrow("lost");
  expect(asked).toHaveLength(1);
});
