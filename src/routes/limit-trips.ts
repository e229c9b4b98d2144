/** Limits that are tripped, and their release. */
import { getTrips, postRelease } from "../contracts/limit-trips.ts";
import { onAccount } from "../http/actors.ts";
import { listPage } from "../http/list.ts";
import type { Mount } from "../http/mount.ts";
import { sinceDeploy } from "../http/new-method.ts";

export function limitTripRoutes(mount: Mount): void {
  mount.on(getTrips, (c, { params: { account }, query }) =>
    listPage(c, query, (range) =>
      sinceDeploy("watched", () =>
        onAccount(c, account, (shard, envelope) => shard.watched(envelope, { ...range, list: "trips" })),
      ),
    ),
  );
  mount.on(postRelease, (c, { params: { account, limitId }, text }) =>
    sinceDeploy("answerWatch", () =>
      onAccount(c, account, (shard, envelope) =>
        shard.answerWatch(envelope, { type: "release", limitId, body: text }),
      ),
    ),
  );
}
