/** Who misbehaves on `/v1/stream`, each in its own way, and what it must get for it. */
import WebSocket from "ws";
import { type Ending, flood, listener, neverAcknowledge, say, stall } from "./hostile.ts";
import { SlowLink } from "./slow-link.ts";

export type AbuseTarget = {
  readonly url: string;
  readonly apiKey: string;
  readonly topics: readonly string[];
};
/** What was expected and did not happen; and by the kind of abuse, what did. */
export type Found = {
  readonly faults: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
};
type Asked = { readonly op: string; readonly id: number; readonly [field: string]: unknown };
type Said = {
  readonly op?: string;
  readonly id?: unknown;
  readonly errors?: readonly { readonly code: string }[];
};

const STALLED = 10;
const DEAF = 2;
const VANISHED = 20;
const HALF_OPEN = 10;
const FLOODS = 2; // In each wave.
const FLOOD_PER_SECOND = 5_000;
const ENDED_MS_MAX = 90_000; // To let 1 MiB stand on a busy machine, and 10 s to catch up.
const ANSWER_MS_MAX = 20_000; // A thousand names that have to be looked up, on a busy machine.
const WAVE_PAUSE_MS = 200; // A wave takes longer than that: there is always one.
const TOPICS = 10_000;
const TOPICS_PER_FRAME = 2_000; // As many as a frame of 64 KiB takes.
const NO_TEXT = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0xaf]); // No UTF-8, however it goes on.
const WRONG_KEY = `ok_x_${"a".repeat(43)}`;

/** All at once for so long: those that sit there and take nothing in, and waves of those that come to be closed. */
export async function abuse(target: AbuseTarget, forMs: number): Promise<Found> {
  const until = Date.now() + forMs;
  const parts = await Promise.all([slow(target, forMs), waves(target, until), gone(target)]);
  return {
    faults: parts.flatMap(({ faults }) => faults),
    figures: Object.assign({}, ...parts.map(({ figures }) => figures)),
  };
}

async function slow(target: AbuseTarget, forMs: number): Promise<Found> {
  const [stalled, deaf] = await Promise.all([
    each(target, STALLED, (socket) => stall(socket, forMs, ENDED_MS_MAX + forMs)),
    each(target, DEAF, (socket) => neverAcknowledge(socket, ENDED_MS_MAX)),
  ]);
  const untold = [...stalled, ...deaf].filter(({ reason }) => !/^session=g-\d+\.[0-9a-f]{32}$/.test(reason));
  return {
    faults: [
      ...unlike("a reader that stopped reading", stalled, [4008]),
      ...unlike("a reader that acknowledges nothing", deaf, [4008]),
      ...untold.map(({ reason }) => `4008 does not say where to resume: ${reason}`),
    ],
    figures: { stoppedReading: told(stalled), neverAcknowledging: told(deaf) },
  };
}

/** Connections that end without a word, and others whose network swallows everything from now on and never says so. */
async function gone(target: AbuseTarget): Promise<Found> {
  const open = (url: string, count: number) =>
    Promise.all(Array.from({ length: count }, () => listener(url, target.apiKey, target.topics)));
  for (const socket of await open(target.url, VANISHED)) socket.terminate();
  const { host, port } = new URL(target.url);
  const link = await SlowLink.to(Number(port));
  await open(target.url.replace(host, `127.0.0.1:${link.port}`), HALF_OPEN);
  link.limit(0);
  return { faults: [], figures: { vanished: VANISHED, halfOpen: HALF_OPEN } };
}

async function waves(target: AbuseTarget, until: number): Promise<Found> {
  const endings = new Map<string, Ending[]>();
  const faults: string[] = [];
  let count = 0;
  for (; Date.now() < until; count++) {
    const [told, named, refused] = await Promise.all([wave(target), unanswerable(target), uninvited(target)]);
    for (const [who, found] of Object.entries(told))
      endings.set(who, [...(endings.get(who) ?? []), ...found]);
    faults.push(...named, ...refused);
    await new Promise((resolve) => setTimeout(resolve, WAVE_PAUSE_MS));
  }
  for (const [who, found] of endings) faults.push(...unlike(who, found, CODES[who] ?? []));
  const figures = [...endings].map(([who, found]) => [who, told(found)]);
  return { faults, figures: { waves: count, ...Object.fromEntries(figures), topicsAsked: count * TOPICS } };
}

/** Bad UTF-8 is the platform's to close, or ours, by what it makes of the bytes. */
const CODES: Readonly<Record<string, readonly number[]>> = {
  ...{ flood: [1008], oversize: [1009], binary: [1008], malformed: [1008] },
  badUtf8: [1007, 1008],
};

async function wave(target: AbuseTarget): Promise<Record<string, readonly Ending[]>> {
  const one = (frames: readonly (string | Buffer)[]) =>
    each(target, 1, (socket) => say(socket, frames, ENDED_MS_MAX));
  const [floods, oversize, binary, malformed, badUtf8] = await Promise.all([
    each(target, FLOODS, (socket) => flood(socket, FLOOD_PER_SECOND, ENDED_MS_MAX)),
    one([JSON.stringify({ op: "ping", id: "x".repeat(70_000) })]),
    one([Buffer.from('{"op":"ping"}')]),
    one(["{", '{"op":"ack"}', "[]"]),
    each(target, 1, (socket) => sayBytes(socket, [NO_TEXT, NO_TEXT, NO_TEXT])),
  ]);
  return { flood: floods, oversize, binary, malformed, badUtf8 };
}

/** As text frames: what the sender calls text is not looked at by who sends it. */
function sayBytes(socket: WebSocket, frames: readonly Buffer[]): Promise<Ending> {
  const ended = say(socket, [], ENDED_MS_MAX);
  for (const frame of frames) socket.send(frame, { binary: false });
  return ended;
}

/** Who asks for what there is not is told so, topic by topic, and stays. */
async function unanswerable(target: AbuseTarget): Promise<string[]> {
  const faults: string[] = [];
  const socket = await listener(target.url, target.apiKey, ["quote.N:NONE"]);
  const ask = (frame: Asked) => answer(socket, frame);
  const unknown = await ask({ op: "order", id: -1, orders: [] });
  if (!JSON.stringify(unknown).includes('"op-unknown"'))
    faults.push(`an unknown op: ${JSON.stringify(unknown).slice(0, 200)}`);
  let refused = 0;
  for (let from = 0; from < TOPICS; from += TOPICS_PER_FRAME) {
    const topics = Array.from({ length: TOPICS_PER_FRAME }, (_, index) => `quote.N:N${from + index}`);
    const { errors = [] } = await ask({ op: "subscribe", id: from, topics });
    refused += errors.filter(({ code }) => code === "symbol-unknown" || code === "too-many-topics").length;
  }
  if (refused !== TOPICS) faults.push(`${refused} of ${TOPICS} topics were refused by name`);
  if ((await ask({ op: "ping", id: -2 })).op !== "pong") faults.push("no pong after 10,000 topics");
  socket.terminate();
  return faults;
}

/** No op before the credential: without one there is no socket to say it on. */
async function uninvited({ url }: AbuseTarget): Promise<string[]> {
  const statuses = await Promise.all([
    upgradeStatus(url, {}),
    upgradeStatus(url, { authorization: `Bearer ${WRONG_KEY}` }),
  ]);
  return statuses
    .filter((status) => status !== 401)
    .map((status) => `an upgrade without a credential: ${status}`);
}

function upgradeStatus(url: string, headers: Readonly<Record<string, string>>): Promise<number | string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(url, { headers });
    socket.on("error", (error) => resolve(error.message));
    socket.once("open", () => resolve(101));
    socket.once("unexpected-response", (_request, response) => {
      resolve(response.statusCode ?? 0);
      socket.terminate();
    });
  });
}

function answer(socket: WebSocket, frame: Asked): Promise<Said> {
  return new Promise((resolve) => {
    const done = (said: Said): void => {
      clearTimeout(timer);
      socket.off("message", hear);
      resolve(said);
    };
    const hear = (data: WebSocket.RawData): void => {
      const frames: Said | Said[] = JSON.parse(String(data));
      const found = [frames].flat().find(({ id }) => id === frame.id);
      if (found !== undefined) done(found);
    };
    const timer = setTimeout(() => done({}), ANSWER_MS_MAX);
    socket.on("message", hear);
    socket.send(JSON.stringify(frame));
  });
}

async function each(
  { url, apiKey, topics }: AbuseTarget,
  count: number,
  misbehave: (socket: WebSocket) => Promise<Ending>,
): Promise<Ending[]> {
  return Promise.all(
    Array.from({ length: count }, async () => misbehave(await listener(url, apiKey, topics))),
  );
}

const unlike = (who: string, endings: readonly Ending[], codes: readonly number[]): string[] =>
  endings
    .filter(({ code }) => !codes.includes(code))
    .map((ending) => `${who}: closed with ${JSON.stringify(ending)}, not ${codes.join(" or ")}`);

const told = (endings: readonly Ending[]): object => ({
  clients: endings.length,
  codes: [...new Set(endings.map(({ code }) => code))],
  slowestMs: Math.max(...endings.map(({ afterMs }) => afterMs)),
});
