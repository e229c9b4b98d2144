/** What `npm start` says to the gateways before it stops the platform. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { noticeRestart } from "../../scripts/start/notice.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

type Asked = { readonly call: string; readonly key: string | undefined; readonly body: string };

async function platform(items: readonly object[], status = 200) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    asked.push({ call: `${request.method} ${request.url}`, key: request.headers.authorization, body });
    response.writeHead(status).end(JSON.stringify({ items, nextCursor: null, total: items.length }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test("each gateway with clients is told that it comes back, and no other", async () => {
  const { asked, url } = await platform([
    { gateway: "g-1", connections: 3 },
    { gateway: "g-2", connections: 0 },
    { gateway: "g-3", connections: 1 },
  ]);
  await noticeRestart(url, "the-key");
  expect(asked.map(({ call }) => call)).toEqual([
    "GET /v1/gateways?limit=100",
    "POST /v1/gateways/g-1/drain",
    "POST /v1/gateways/g-3/drain",
  ]);
  expect(asked.map(({ key }) => key)).toEqual(Array(3).fill("Bearer the-key"));
  expect(JSON.parse(asked[1]?.body ?? "")).toEqual({ inMs: 300, keep: true });
});

test("a platform that refuses, or is not there, is stopped without a word", async () => {
  const { asked, url } = await platform([{ gateway: "g-1", connections: 1 }], 503);
  await noticeRestart(url, "k");
  expect(asked).toHaveLength(1);
  servers.splice(0).map((server) => server.close());
  await expect(noticeRestart(url, "k")).resolves.toBeUndefined();
});
