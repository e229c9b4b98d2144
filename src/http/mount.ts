/** Puts a declared call on the router: who may, what came, is it valid; only then the handler, typed by the declaration. */
import type { Hono } from "hono";
import type { Endpoint } from "../contracts/endpoint.ts";
import { admit } from "./admit.ts";
import type { Call, EdgeEnv } from "./context.ts";
import { type BulkInput, bulkInput, type Input, inputOf } from "./input.ts";
import { refuse } from "./reply.ts";

type Handler<Declared extends Endpoint> = (c: Call, input: Input<Declared>) => Response | Promise<Response>;
type BulkHandler = (c: Call, input: BulkInput) => Response | Promise<Response>;

export class Mount {
  readonly #app: Hono<EdgeEnv>;
  /** All that is mounted: what the OpenAPI document describes and `405` offers. */
  readonly endpoints: Endpoint[] = [];

  constructor(app: Hono<EdgeEnv>) {
    this.#app = app;
  }

  /** The handler gets a body that its schema has passed, and the same body as it came. */
  on<const Declared extends Endpoint>(declared: Declared, handle: Handler<Declared>): void {
    this.#route(declared, async (c) => {
      const input = await inputOf(c, declared);
      return input.ok ? handle(c, input.value) : refuse(c, input);
    });
  }

  /** For bodies whose items are judged one by one: the handler gets the text. */
  bulk(declared: Endpoint, handle: BulkHandler): void {
    this.#route(declared, async (c) => {
      const input = await bulkInput(c, declared);
      return input.ok ? handle(c, input.value) : refuse(c, input);
    });
  }

  #route(declared: Endpoint, answer: (c: Call) => Promise<Response>): void {
    this.endpoints.push(declared);
    this.#app.on(declared.method, routerPath(declared.path), async (c) => {
      c.set("route", declared.path);
      return (await admit(c, declared.scope)) ?? answer(c);
    });
  }
}

/** `/v1/keys/{id}` as the router writes it. */
const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");
