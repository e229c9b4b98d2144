/** Puts a declared call on the router: who may, what came, is it valid; then the handler, and its answer in the declared status. */
import type { Hono } from "hono";
import type { ActorReply } from "../../actors/runtime/reply.ts";
import type { Endpoint } from "../contracts/endpoint.ts";
import { admit, admitUpgrade } from "./admit.ts";
import type { Call, EdgeEnv } from "./context.ts";
import { type BulkInput, bulkInput, type Input, inputOf, type Judged } from "./input.ts";
import { refuse, responseOf } from "./reply.ts";
import { isScraper } from "./scraper.ts";

/** JSON text, or nothing where the call is declared to answer 204; a Response only where it is no JSON. */
type Answer = ActorReply<string | null> | Response;
type Handler<Given> = (c: Call, input: Given) => Answer | Promise<Answer>;

export class Mount {
  readonly #app: Hono<EdgeEnv>;
  /** All that is mounted: what the OpenAPI document describes and `405` offers. */
  readonly endpoints: Endpoint[] = [];

  constructor(app: Hono<EdgeEnv>) {
    this.#app = app;
  }

  /** The handler gets a body that its schema has passed, and the same body as it came. */
  on<const Declared extends Endpoint>(declared: Declared, handle: Handler<Input<Declared>>): void {
    this.#route(declared, (c) => inputOf(c, declared), handle);
  }

  /** For bodies whose items are judged one by one: the handler gets the text. */
  bulk<const Declared extends Endpoint>(declared: Declared, handle: Handler<BulkInput<Declared>>): void {
    this.#route(declared, (c) => bulkInput(c, declared), handle);
  }

  #route<Given>(declared: Endpoint, read: (c: Call) => Promise<Judged<Given>>, handle: Handler<Given>): void {
    this.endpoints.push(declared);
    this.#app.on(declared.method, routerPath(declared.path), async (c) => {
      c.env.route = declared.path;
      const refused = await admitTo(c, declared);
      if (refused !== undefined) return refused;
      const input = await read(c);
      if (!input.ok) return refuse(c, input);
      const answer = await handle(c, input.value);
      return answer instanceof Response ? answer : responseOf(c, answer, successOf(declared));
    });
  }
}

async function admitTo(c: Call, { scope, upgrade, scrape }: Endpoint): Promise<Response | undefined> {
  if (scrape && (await isScraper(c))) return undefined;
  return upgrade ? admitUpgrade(c, scope) : admit(c, scope);
}

/** `/v1/keys/{id}` as the router writes it. */
const routerPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

/** A call has one status for success: the first that it declares. */
const successOf = ({ replies }: Endpoint): number => Number(Object.keys(replies)[0]);
