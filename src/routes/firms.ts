/** Firms and desks: what they are, their limits and states, and how their quotas stand. */
import {
  getDesk,
  getDeskLimits,
  getDeskQuota,
  getFirm,
  getFirmLimits,
  getFirmQuota,
  listDesks,
  listFirms,
  postDeskChild,
  postDeskState,
  postFirmChild,
  postFirmState,
  putDesk,
  putDeskLimits,
  putFirm,
  putFirmLimits,
} from "../contracts/firm-calls.ts";
import { onNode } from "../http/actors.ts";
import type { Mount } from "../http/mount.ts";
import { listNodes, putNode, quotaPage } from "./firm-pages.ts";

export function firmRoutes(mount: Mount): void {
  mount.on(listFirms, (c, { query }) => listNodes(c, "firm", query));
  mount.on(listDesks, (c, { query }) => listNodes(c, "desk", query));
  mount.on(putFirm, (c, { params: { firm }, text }) => putNode(c, { kind: "firm", id: firm }, text));
  mount.on(putDesk, (c, { params: { desk }, body: { parent }, text }) =>
    putNode(c, { kind: "desk", id: desk, parent }, text),
  );
  mount.on(getFirm, (c, { params: { firm } }) =>
    onNode(c, "firm", firm, (node, to) => node.node(to, "firm")),
  );
  mount.on(getDesk, (c, { params: { desk } }) =>
    onNode(c, "desk", desk, (node, to) => node.node(to, "desk")),
  );
  mount.on(putFirmLimits, (c, { params: { firm }, headers, text }) =>
    onNode(c, "firm", firm, (node, to) => node.putLimits(to, "firm", text, headers["if-match"])),
  );
  mount.on(putDeskLimits, (c, { params: { desk }, headers, text }) =>
    onNode(c, "desk", desk, (node, to) => node.putLimits(to, "desk", text, headers["if-match"])),
  );
  mount.on(getFirmLimits, (c, { params: { firm }, query: { version } }) =>
    onNode(c, "firm", firm, (node, to) => node.limits(to, "firm", version)),
  );
  mount.on(getDeskLimits, (c, { params: { desk }, query: { version } }) =>
    onNode(c, "desk", desk, (node, to) => node.limits(to, "desk", version)),
  );
  mount.on(postFirmState, (c, { params: { firm }, text }) =>
    onNode(c, "firm", firm, (node, to) => node.setState(to, "firm", text)),
  );
  mount.on(postDeskState, (c, { params: { desk }, text }) =>
    onNode(c, "desk", desk, (node, to) => node.setState(to, "desk", text)),
  );
  mount.on(getFirmQuota, (c, { params: { firm }, query }) => quotaPage(c, "firm", firm, query));
  mount.on(getDeskQuota, (c, { params: { desk }, query }) => quotaPage(c, "desk", desk, query));
  mount.on(postFirmChild, (c, { params: { firm, child }, text }) =>
    onNode(c, "firm", firm, (node, to) => node.admit(to, "firm", child, text)),
  );
  mount.on(postDeskChild, (c, { params: { desk, child }, text }) =>
    onNode(c, "desk", desk, (node, to) => node.admit(to, "desk", child, text)),
  );
}
