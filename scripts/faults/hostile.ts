/** WebSocket clients that misbehave, each in its own way, and how the platform is seen to answer. */
import WebSocket from "ws";

export type Ending = {
  readonly code: number;
  readonly reason: string;
  /** From the moment that it misbehaved. */
  readonly afterMs: number;
};

const OPEN_MS_MAX = 20_000; // On a busy machine.

/** Opens, listens to the topics, and has got their snapshots. */
export async function listener(url: string, apiKey: string, topics: readonly string[]): Promise<WebSocket> {
  const socket = new WebSocket(url, { headers: { authorization: `Bearer ${apiKey}` } });
  socket.on("error", () => {});
  await within(
    OPEN_MS_MAX,
    new Promise<void>((resolve, reject) => {
      socket.once("open", () => socket.send(JSON.stringify({ op: "subscribe", topics })));
      socket.once("message", () => resolve());
      socket.once("close", (code) => reject(new Error(`closed with ${code} before anything was said`)));
    }),
  );
  return socket;
}

/** Reads nothing for so long, then everything that lies there: the last of it is why it was closed. */
export async function stall(socket: WebSocket, forMs: number, patienceMs: number): Promise<Ending> {
  const ended = ending(socket, patienceMs);
  socket.pause();
  setTimeout(() => socket.resume(), forMs);
  return ended;
}

/** Takes everything in and acknowledges nothing. */
export const neverAcknowledge = (socket: WebSocket, patienceMs: number): Promise<Ending> =>
  ending(socket, patienceMs);

/** So many pings a second, until it is closed. */
export async function flood(socket: WebSocket, perSecond: number, patienceMs: number): Promise<Ending> {
  const ended = ending(socket, patienceMs);
  const everyMs = 20;
  const timer = setInterval(() => {
    for (let sent = 0; sent < (perSecond * everyMs) / 1_000; sent++) socket.send('{"op":"ping"}');
  }, everyMs);
  return ended.finally(() => clearInterval(timer));
}

/** Says this, and waits for the end. */
export function say(
  socket: WebSocket,
  frames: readonly (string | Buffer)[],
  patienceMs: number,
): Promise<Ending> {
  const ended = ending(socket, patienceMs);
  for (const frame of frames) socket.send(frame, { binary: typeof frame !== "string" });
  return ended;
}

function ending(socket: WebSocket, patienceMs: number): Promise<Ending> {
  const from = Date.now();
  const closed = new Promise<Ending>((resolve) =>
    socket.once("close", (code, reason) =>
      resolve({ code, reason: String(reason), afterMs: Date.now() - from }),
    ),
  );
  return within(patienceMs, closed).catch(() => {
    socket.terminate();
    return { code: 0, reason: "it was never closed", afterMs: Date.now() - from };
  });
}

async function within<Value>(ms: number, promise: Promise<Value>): Promise<Value> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`nothing within ${ms} ms`)), ms);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
