/** A call without an answer is sent again, word for word, until there is one. */
import type { ApiClient } from "../client.ts";

const RETRY_MS = 100; // A platform that is being restarted is asked again soon.

/** `api` answers the client of the platform that runs now. What time does not mend is thrown. */
export async function untilAnswered<Reply>(
  api: () => ApiClient,
  path: string,
  json: unknown,
): Promise<Reply> {
  for (;;) {
    const reply = await api()
      .once<Reply>("POST", path, { body: { json } })
      .catch(() => undefined);
    if (reply?.status === 200) return reply.body;
    if (reply !== undefined && reply.status >= 400 && reply.status < 500 && reply.status !== 429)
      throw new Error(`${path} answered ${reply.status} ${JSON.stringify(reply.body)}`);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}
