/** Reference data of instruments. */
import { type ActorReply, answer as reply } from "../../actors/runtime/reply.ts";
import { getInstrument, putInstrument, putInstruments, searchInstruments } from "../contracts/instruments.ts";
import { onInstruments } from "../http/actors.ts";
import { parseJson } from "../http/json.ts";
import { answerPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { linesOf } from "../http/ndjson.ts";
import type { RefusalDetails } from "../http/problem.ts";
import { answer, refuse } from "../http/reply.ts";

export function instrumentRoutes(mount: Mount): void {
  mount.on(putInstrument, async (c, { params, text }) => {
    const line = withSymbol(params.symbol, text);
    return answer(
      c,
      mapped(await onInstruments(c, (directory, envelope) => directory.put(envelope, `[${line}]`)), only),
    );
  });
  mount.bulk(putInstruments, async (c, { text }) => {
    const lines = linesOf(text);
    const fault = firstFault(lines);
    if (fault !== undefined) return refuse(c, fault);
    const stored = await onInstruments(c, (directory, envelope) =>
      directory.put(envelope, `[${lines.join(",")}]`),
    );
    return answer(
      c,
      mapped(stored, (items) => `{"items":${items}}`),
    );
  });
  mount.on(getInstrument, (c, { params }) =>
    answer(
      c,
      onInstruments(c, (directory, envelope) => directory.get(envelope, params.symbol)),
    ),
  );
  mount.on(searchInstruments, (c, { query: { limit, cursor, ...filter } }) =>
    answerPage(c, { limit, cursor }, (range) =>
      onInstruments(c, (directory, envelope) => directory.search(envelope, { ...filter, ...range })),
    ),
  );
}

const mapped = (asked: ActorReply<string>, render: (text: string) => string): ActorReply<string> =>
  asked.ok ? reply(render(asked.value)) : asked;

/** `[x]` → `x`: one was put, one is stored. */
const only = (items: string): string => items.slice(1, -1);

/** The body is an object with at least one field: the schema has seen to that. */
const withSymbol = (symbol: string, text: string): string =>
  `{"symbol":${JSON.stringify(symbol)},${text.trimStart().slice(1)}`;

/** All lines or none: the first that is not JSON refuses the whole. What the fields hold is the directory's to judge. */
function firstFault(lines: readonly string[]): RefusalDetails | undefined {
  if (lines.length === 0) return { code: "json-invalid", detail: "the body holds no line" };
  for (const [index, line] of lines.entries()) {
    const parsed = parseJson(line);
    if (!parsed.ok)
      return { ...parsed, errors: [{ path: String(index), code: parsed.code, detail: parsed.detail }] };
  }
  return undefined;
}
