/** Reference data of instruments. */
import { type ActorReply, answer, type Refusal, refusal } from "../../actors/runtime/reply.ts";
import { getInstrument, putInstrument, putInstruments, searchInstruments } from "../contracts/instruments.ts";
import { onInstruments } from "../http/actors.ts";
import type { Call } from "../http/context.ts";
import { parseJson } from "../http/json.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { linesOf } from "../http/ndjson.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function instrumentRoutes(mount: Mount): void {
  mount.on(putInstrument, async (c, { params: { symbol }, text }) => {
    const body = `[${withSymbol(symbol, text)}]`;
    return rendered(await onInstruments(c, (directory, envelope) => directory.put(envelope, body)), only);
  });
  mount.bulk(putInstruments, async (c, { text }) => {
    const lines = linesOf(text);
    const body = `[${lines.join(",")}]`;
    return (
      firstFault(lines) ??
      rendered(await onInstruments(c, (directory, envelope) => directory.put(envelope, body)), listed)
    );
  });
  mount.on(getInstrument, (c, { params: { symbol } }) =>
    onInstruments(c, (directory, envelope) => directory.get(envelope, symbol)),
  );
  mount.on(searchInstruments, (c, { query: { limit, cursor, alias, ...filter } }) =>
    alias !== undefined
      ? aliased(c, alias)
      : listPage(c, { limit, cursor }, (range) =>
          onInstruments(c, (directory, envelope) => directory.search(envelope, { ...filter, ...range })),
        ),
  );
}

async function aliased(c: Call, alias: string): Promise<ActorReply<string>> {
  const found = await onInstruments(c, (directory, envelope) =>
    sinceDeploy("aliased", () => directory.aliased(envelope, alias)),
  );
  if (!found.ok) return found;
  const items = found.value ?? "";
  return answer(`{"items":[${items}],"nextCursor":null,"total":${items === "" ? 0 : 1}}`);
}

const rendered = (reply: ActorReply<string>, render: (text: string) => string): ActorReply<string> =>
  reply.ok ? answer(render(reply.value)) : reply;

const listed = (items: string): string => `{"items":${items}}`;

/** `[x]` → `x`: one was put, one is stored. */
const only = (items: string): string => items.slice(1, -1);

/** The body is an object with at least one field: the schema has seen to that. */
const withSymbol = (symbol: string, text: string): string =>
  `{"symbol":${JSON.stringify(symbol)},${text.trimStart().slice(1)}`;

/** All lines or none: the first that is not JSON refuses the whole. What the fields hold is the directory's to judge. */
function firstFault(lines: readonly string[]): Refusal | undefined {
  if (lines.length === 0) return refusal("json-invalid", "the body holds no line");
  for (const [index, line] of lines.entries()) {
    const parsed = parseJson(line);
    if (!parsed.ok)
      return { ...parsed, errors: [{ path: String(index), code: parsed.code, detail: parsed.detail }] };
  }
  return undefined;
}
