/** A stand-in for Binance on this machine: `exchangeInfo` by HTTP and combined streams by WebSocket, with the venue's manners. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import type { VenueHosts } from "../../scripts/binance/hosts.ts";

/** An entry of `exchangeInfo`, as far as anybody reads it. */
export const exchangeSymbol = (ticker: string) => ({
  ...{ symbol: ticker, status: "TRADING", baseAsset: ticker.slice(0, -4), quoteAsset: ticker.slice(-4) },
  filters: [
    {
      filterType: "PRICE_FILTER",
      minPrice: "0.01000000",
      maxPrice: "1000000.00000000",
      tickSize: "0.01000000",
    },
    { filterType: "LOT_SIZE", minQty: "0.00001000", maxQty: "9000.00000000", stepSize: "0.00001000" },
    { filterType: "NOTIONAL", minNotional: "5.00000000", applyMinToMarket: true },
  ],
});

type FakeLink = { readonly socket: WebSocket; readonly streams: readonly string[] };

export class FakeVenue {
  /** Symbols that it lists. */
  readonly tickers = new Set(["BTCUSDT", "ETHUSDT"]);
  /** Open connections, oldest first. */
  readonly links: FakeLink[] = [];
  readonly asked: string[] = [];
  /** Its order books, by symbol: what it answers for a snapshot. */
  readonly books = new Map<string, object>();
  /** Addresses of all connections that were ever asked for. */
  readonly connects: string[] = [];
  readonly pongs: string[] = [];
  /** Set, every HTTP answer and every handshake has this status. */
  refuseWith: number | undefined;
  /** What its clock says when it is asked for its symbols. */
  serverTime: number | undefined;
  /** Called for each new connection. */
  onLink: (link: FakeLink) => void = () => {};
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  private constructor() {
    this.#server = createServer((request, response) => this.#answer(request, response));
    this.#server.on("upgrade", (request, socket, head) => {
      this.connects.push(request.url ?? "");
      if (this.refuseWith !== undefined) {
        socket.end(`HTTP/1.1 ${this.refuseWith} No\r\nConnection: close\r\n\r\n`);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (accepted) =>
        this.#accept(accepted, request.url ?? ""),
      );
    });
  }

  static async start(): Promise<FakeVenue> {
    const venue = new FakeVenue();
    await new Promise<void>((resolve) => venue.#server.listen(0, "127.0.0.1", resolve));
    return venue;
  }

  get hosts(): VenueHosts {
    const { port } = this.#server.address() as AddressInfo; // SAFETY: a server that listens on a port has one.
    return { rest: `http://127.0.0.1:${port}`, stream: `ws://127.0.0.1:${port}` };
  }

  /** One frame of a stream to everybody who asked for it. */
  send(stream: string, data: unknown): void {
    for (const link of this.links) this.sendTo(link, stream, data);
  }

  sendTo({ socket, streams }: FakeLink, stream: string, data: unknown): void {
    if (streams.includes(stream)) socket.send(JSON.stringify({ stream, data }));
  }

  /** As a network that breaks: no close frame. */
  cut(link: FakeLink | undefined = this.links[0]): void {
    link?.socket.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { socket } of this.links) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #accept(socket: WebSocket, url: string): void {
    const streams = (new URL(url, "ws://venue").searchParams.get("streams") ?? "").split("/");
    const link = { socket, streams };
    this.links.push(link);
    socket.on("pong", (payload) => this.pongs.push(String(payload)));
    socket.on("close", () => this.links.splice(this.links.indexOf(link), 1));
    socket.on("error", () => {});
    this.onLink(link);
  }

  #answerDepth(url: string, response: ServerResponse): void {
    const book = this.books.get(new URL(url, "http://venue").searchParams.get("symbol") ?? "");
    const status = this.refuseWith ?? (book === undefined ? 400 : 200);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? book : { code: -1121, msg: "Invalid symbol." }));
  }

  #answer({ url = "" }: IncomingMessage, response: ServerResponse): void {
    this.asked.push(url);
    if (url.startsWith("/api/v3/depth")) this.#answerDepth(url, response);
    else this.#answerListing(url, response);
  }

  #answerListing(url: string, response: ServerResponse): void {
    const tickers = JSON.parse(new URL(url, "http://venue").searchParams.get("symbols") ?? "[]") as string[];
    const bad = tickers.some((ticker) => !this.tickers.has(ticker));
    const status = this.refuseWith ?? (bad ? 400 : 200);
    const refusal = { code: bad ? -1121 : -1003, msg: bad ? "Invalid symbol." : "No." };
    const listing = { timezone: "UTC", serverTime: this.serverTime, symbols: tickers.map(exchangeSymbol) };
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? listing : refusal));
  }
}

/** What changed in a book after `from`, up to `to`. */
export const depthFrame = (ticker: string, from: number, to: number, ts: number) => ({
  ...{ e: "depthUpdate", E: ts, s: ticker, U: from + 1, u: to, b: [["100.00000000", "1.00000000"]], a: [] },
});
/** The frames of one trade and of one best quote, as the venue writes them. */
export const tradeFrame = (ticker: string, id: number, ts: number, price = "100.01000000") => ({
  ...{ e: "trade", E: ts + 1, s: ticker, t: id, p: price, q: "0.02000000", T: ts, m: true, M: true },
});
export const quoteFrame = (ticker: string, u: number) => ({
  ...{ u, s: ticker, b: "100.00000000", B: "3.00000000", a: "100.02000000", A: "1.50000000" },
});
