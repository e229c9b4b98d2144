/** [resume] 2,000 clients that come back after a kill -9, each with its session and the places that it knows: how long until all of them stand again. */
import type { Bench } from "../context.ts";
import { type Member, StreamCrowd, until } from "../stream-crowd.ts";
import type { Row } from "../table.ts";
import { bareListeners, listeners, SOCKETS, TOPICS, turns } from "./stream-2000.ts";

type Place = { readonly topic: string; readonly epoch: string; readonly seq: number };
type Known = { readonly session: string; readonly at: readonly Place[] };
type Message = Partial<Place> & {
  readonly op?: string;
  readonly session?: string;
  readonly type?: string;
  readonly reset?: object;
  readonly errors?: readonly object[];
};

export async function resume(bench: Bench): Promise<Row[]> {
  const { crowd } = await listeners(bench);
  const known = crowd.members.map(knownTo);
  // What a client had not taken in when everything was killed: it is sent again.
  await turns(bench, 1);
  await crowd.quiet();
  crowd.close();
  await bench.platform.restart();
  const startedAt = performance.now();
  const back = await comeBack(bench, known);
  await until(() => back.members.every(isBack), "everybody is back", 120_000);
  const seconds = (performance.now() - startedAt) / 1_000;
  const resets = back.members.flatMap(messagesOf).filter(({ reset }) => reset !== undefined).length;
  bench.note("resume", `${SOCKETS} back after ${seconds.toFixed(2)} s, ${resets} resets`);
  back.count();
  await back.rate(TOPICS.length * SOCKETS, () => turns(bench, 1));
  const [one] = back.members;
  const bare = await bareSeconds(bench, one?.frames ?? []);
  back.close();
  return [
    {
      ...{ id: "resume", value: SOCKETS / seconds, limit: SOCKETS / bare, unit: "clients/s" },
      note: `${SOCKETS} clients, ${TOPICS.length} topics each, ${resets} resets`,
    },
    { id: "resume.all", value: seconds, limit: bare, unit: "s", note: "until the last one stands" },
  ];
}

const comeBack = (bench: Bench, known: readonly Known[]): Promise<StreamCrowd> => {
  const { Authorization = "" } = bench.platform.headers;
  return StreamCrowd.open(
    SOCKETS,
    bench.platform.workerd.port,
    { Authorization },
    (index) => `/v1/stream?session=${known[index]?.session}`,
    (member, index) => member.say({ op: "restore", id: "r", ...known[index] }),
  );
};

/** From the frames of its first connection. */
function knownTo(member: Member): Known {
  const messages = messagesOf(member);
  const session = messages.find(({ op }) => op === "welcome")?.session;
  if (session === undefined) throw new Error("a connection without a session");
  const at = messages
    .filter(({ type }) => type === "snap")
    .map(({ topic = "", epoch = "", seq = 0 }) => ({ topic, epoch, seq }));
  return { session, at };
}

const DELTA = '"type":"delta"';
/** The acknowledgement, and of every topic what it missed. */
function isBack(member: Member): boolean {
  const text = member.frames.join();
  if (text.includes('"op":"error"')) throw new Error(`refused: ${text.slice(0, 300)}`);
  return text.includes('"id":"r"') && text.split(DELTA).length - 1 >= TOPICS.length;
}

const messagesOf = ({ frames }: Member): Message[] =>
  frames.flatMap((frame) => {
    const said: Message | Message[] = JSON.parse(frame);
    return Array.isArray(said) ? said : [said];
  });

/** As many sockets of a bare object, each with one frame that is answered with as much. */
async function bareSeconds(bench: Bench, frames: readonly string[]): Promise<number> {
  const { crowd: warm, port } = await bareListeners(bench, frames);
  warm.close();
  const startedAt = performance.now();
  const greet = (member: Member) => member.say({ op: "restore" });
  const crowd = await StreamCrowd.open(SOCKETS, port, {}, () => "/", greet);
  await until(() => crowd.members.every((member) => member.frames.length > 0), "everybody is answered");
  crowd.close();
  return (performance.now() - startedAt) / 1_000;
}
