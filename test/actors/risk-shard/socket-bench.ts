/** A client of an account's socket, over fake sockets. */
import { SOCKET_HEADER, type SocketTicket } from "../../../actors/runtime/connection.ts";
import type { FakeSocket } from "../../support/fake-sockets.ts";
import { type Json, RiskBench } from "./bench.ts";

export async function connect(
  bench: RiskBench,
  scopes = ["risk:trade"],
  isQuiet = true,
): Promise<FakeSocket> {
  const credential = { tenant: "t", subject: "s", scopes };
  const ticket: SocketTicket = { envelope: bench.envelope(), credential };
  const headers = { [SOCKET_HEADER]: JSON.stringify(ticket) };
  await bench.desk.connect(new Request("https://actor/stream", { headers }));
  const socket = bench.port.sockets.at(-1)!;
  if (isQuiet) say(bench, socket, { op: "unsubscribe", topics: ["account.main"] });
  socket.frames.length = 0;
  return socket;
}
/** The stock is known here: nothing waits for it. */
export async function ready(limits?: readonly Json[]): Promise<RiskBench> {
  const bench = await new RiskBench().ready(limits);
  await bench.send({ clientOrderId: "known", qty: "0.5" });
  return bench;
}
export const say = (bench: RiskBench, socket: FakeSocket, frame: unknown): void =>
  bench.sockets.message(socket, JSON.stringify(frame));
export const heard = (socket: FakeSocket): Json[] =>
  socket.frames.splice(0).flatMap((frame): Json[] => [JSON.parse(frame) as Json | Json[]].flat());
/** What no commit sends leaves with the next macrotask. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
}

/** Groups wait until the test runs them. */
export function gathered(bench: RiskBench): () => void {
  const armed: (() => void)[] = [];
  bench.arm = (run) => void armed.push(run);
  return () => {
    for (let run = armed.shift(); run !== undefined; run = armed.shift()) run();
  };
}
