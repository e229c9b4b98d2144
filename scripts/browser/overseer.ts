/** Sees what a reader does not: errors in the console, calls to other hosts, broken policies. */
import assert from "node:assert/strict";
import type { BrowserContext, ConsoleMessage } from "playwright-core";

/** In the page, before anything else of it runs. */
const LISTEN = `
  globalThis.__broken = [];
  addEventListener("securitypolicyviolation", (event) =>
    globalThis.__broken.push(event.violatedDirective + " " + event.blockedURI));
`;

export class Overseer {
  readonly #errors: string[] = [];
  readonly #foreign: string[] = [];
  readonly #context: BrowserContext;

  constructor(context: BrowserContext, origin: string) {
    this.#context = context;
    const own = [origin, origin.replace(/^http/, "ws"), "data:", "blob:"];
    const note = (url: string): void => {
      if (!own.some((start) => url.startsWith(start))) this.#foreign.push(url);
    };
    context.on("request", (request) => note(request.url()));
    context.on("page", (page) => page.on("websocket", (socket) => note(socket.url())));
    context.on("console", (message) => this.#hear(message));
    context.on("weberror", (error) => this.#errors.push(String(error.error())));
  }

  listen(): Promise<unknown> {
    return this.#context.addInitScript(LISTEN);
  }

  /** What a walk causes on purpose is named by it. */
  async verdict(expected?: RegExp): Promise<void> {
    const broken: unknown[] = [];
    for (const page of this.#context.pages())
      broken.push(...(await page.evaluate<unknown[]>("globalThis.__broken ?? []")));
    assert.deepEqual(broken, [], "the content security policy was broken");
    assert.deepEqual(this.#foreign, [], "another host was called");
    const errors = this.#errors.splice(0).filter((error) => expected?.test(error) !== true);
    assert.deepEqual(errors, [], "the browser's console has errors");
  }

  #hear(message: ConsoleMessage): void {
    if (message.type() === "error" || message.type() === "warning")
      this.#errors.push(`${message.text()} (${message.location().url})`);
  }
}
