/** The smallest actor there is: storage, and nothing of ours in it. Suites of the bricks make their own tables here. */
import { DurableObject } from "cloudflare:workers";

export class BareActor extends DurableObject {}
