/** Orders by WebSocket, many frames in flight, while everything is killed under them. */

import { faultsOf } from "./compared.ts";
import { ACCOUNTS } from "./load.ts";
import type { Scenario, ScenarioOptions, Verdict } from "./scenario.ts";
import { SocketOrders } from "./socket-orders.ts";
import { Trial } from "./trial.ts";

const KILLS_SHARE = 0.3; // Of the kills of the whole platform: the mailbox behind both doors is the same.
const LIFE_MS_MIN = 500; // Some kills meet connections that have just been opened.
const LIFE_MS_MAX = 4_000; // Long enough for a connection, and frames in flight when it ends.
const IN_FLIGHT_PER_ACCOUNT = 16;

export const socketKills: Scenario = {
  name: "orders-by-socket",
  promise:
    "an order acknowledged on a socket is there after kill -9, and a frame sent again has no second effect",
  run,
};

async function run(options: ScenarioOptions): Promise<Verdict> {
  const sockets = new Map<string, SocketOrders>();
  const trial = await Trial.begin(options, {
    clientsPerAccount: IN_FLIGHT_PER_ACCOUNT,
    place: async (account, orders) => {
      const socket = sockets.get(account);
      if (socket === undefined) throw new Error(`no socket for ${account}`);
      return socket.place(orders);
    },
  });
  for (const account of ACCOUNTS)
    sockets.set(account, new SocketOrders(account, () => trial.stack.api, trial.stack.dev.apiKey));
  const kills = Math.max(1, Math.round(options.kills * KILLS_SHARE));
  try {
    for (let kill = 1; kill <= kills; kill++) {
      await trial.pass(LIFE_MS_MIN + options.random() * (LIFE_MS_MAX - LIFE_MS_MIN));
      const ms = await trial.killAndRestart();
      options.say(
        `kill ${kill} of ${kills}: ready after ${ms} ms, ${trial.acknowledged.lines} acknowledged so far`,
      );
    }
    await trial.pass(LIFE_MS_MAX);
    await trial.quiet();
    const all = [...sockets.values()];
    const compared = await trial.compare();
    const connections = all.reduce((sum, one) => sum + one.connections, 0);
    const refusedFrames = all.reduce((sum, one) => sum + one.repeated, 0);
    return {
      figures: { kills, connections, refusedFrames, ...compared },
      faults: [...faultsOf(compared), ...all.flatMap(({ faults }) => faults)],
    };
  } finally {
    for (const socket of sockets.values()) socket.end();
    await trial.end();
  }
}
