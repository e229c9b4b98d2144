/** The calls of firms and desks. What a desk takes and answers is what a firm does, but that it has a parent. */
import { z } from "zod";
import { ifMatch, listQuery, plainId } from "./common.ts";
import { endpoint } from "./endpoint.ts";
import {
  admitBody,
  admitReply,
  childName,
  deskBody,
  deskList,
  firmBody,
  firmList,
  nodeLimitsBody,
  nodeLimitsChanged,
  nodeLimitsQuery,
  nodeLimitsReply,
  nodeReply,
  nodeStateBody,
  nodeStateReply,
  quotaQuery,
  quotaReply,
} from "./firms.ts";

const tag = "Risk";
const firm = z.strictObject({ firm: plainId });
const desk = z.strictObject({ desk: plainId });
const read = { method: "GET", scope: "risk:read", tag } as const;
const put = { method: "PUT", scope: "risk:admin", tag } as const;
const post = { method: "POST", scope: "risk:admin", tag } as const;
const headers = z.strictObject({ "if-match": ifMatch.optional() });
const LIMITS =
  "Replaces the whole set of limits: gross, long, short or net exposure, orders in a window, a day's turnover or loss, each over all accounts below. They are shared out among those as quotas, of which never more is granted than the limit. A lowered limit refuses growth below it until enough is given back. With If-Match: <version> it is refused `version-conflict` where another set is in force.";
const STATE =
  "Sets the trading state of everything below: it stands until another call lifts it, and the severest of all above an account and of its own wins. Who has not heard of it within `boundMs` cannot grow.";
const QUOTA = "How each limit is shared out: the limit, what is granted of it and used, by child.";
const ADMIT =
  "Lifts the fence of a child of which two copies have asked (`child-fenced`): the copy that asks next is the one. Look first which of them is to go on, and stop the other.";

export const listFirms = endpoint({
  ...read,
  path: "/v1/firms",
  summary: "The tenant's firms, by id.",
  query: listQuery,
  replies: { 200: firmList },
});
export const putFirm = endpoint({
  ...put,
  path: "/v1/firms/{firm}",
  summary:
    "Makes the firm, or changes how it shares its limits out. Its currency is fixed once it has children.",
  params: firm,
  body: { schema: firmBody },
  replies: { 200: nodeReply },
});
export const getFirm = endpoint({
  ...read,
  path: "/v1/firms/{firm}",
  summary: "The firm as it stands.",
  params: firm,
  replies: { 200: nodeReply },
});
export const putFirmLimits = endpoint({
  ...put,
  path: "/v1/firms/{firm}/limits",
  summary: LIMITS,
  params: firm,
  headers,
  body: { schema: nodeLimitsBody },
  replies: { 200: nodeLimitsChanged },
});
export const getFirmLimits = endpoint({
  ...read,
  path: "/v1/firms/{firm}/limits",
  summary: "The firm's limits, those in force or those of a version (the last 100 are kept).",
  params: firm,
  query: nodeLimitsQuery,
  replies: { 200: nodeLimitsReply },
});
export const postFirmState = endpoint({
  ...post,
  path: "/v1/firms/{firm}/state",
  summary: STATE,
  params: firm,
  body: { schema: nodeStateBody },
  replies: { 200: nodeStateReply },
});
export const getFirmQuota = endpoint({
  ...read,
  path: "/v1/firms/{firm}/quota",
  summary: QUOTA,
  params: firm,
  query: quotaQuery,
  replies: { 200: quotaReply },
});
export const postFirmChild = endpoint({
  ...post,
  path: "/v1/firms/{firm}/children/{child}/admit",
  summary: ADMIT,
  params: firm.extend({ child: childName }),
  body: { schema: admitBody },
  replies: { 200: admitReply },
});

export const listDesks = endpoint({
  ...read,
  path: "/v1/desks",
  summary: "The tenant's desks, by id.",
  query: listQuery,
  replies: { 200: deskList },
});
export const putDesk = endpoint({
  ...put,
  path: "/v1/desks/{desk}",
  summary:
    "Makes the desk below a firm or another desk (`parent`), or moves it, or changes how it shares out. It has its parent's currency; a move is refused `child-holds` while something is used below it.",
  params: desk,
  body: { schema: deskBody },
  replies: { 200: nodeReply },
});
export const getDesk = endpoint({
  ...read,
  path: "/v1/desks/{desk}",
  summary: "The desk as it stands.",
  params: desk,
  replies: { 200: nodeReply },
});
export const putDeskLimits = endpoint({
  ...put,
  path: "/v1/desks/{desk}/limits",
  summary: LIMITS,
  params: desk,
  headers,
  body: { schema: nodeLimitsBody },
  replies: { 200: nodeLimitsChanged },
});
export const getDeskLimits = endpoint({
  ...read,
  path: "/v1/desks/{desk}/limits",
  summary: "The desk's own limits, those in force or those of a version (the last 100 are kept).",
  params: desk,
  query: nodeLimitsQuery,
  replies: { 200: nodeLimitsReply },
});
export const postDeskState = endpoint({
  ...post,
  path: "/v1/desks/{desk}/state",
  summary: STATE,
  params: desk,
  body: { schema: nodeStateBody },
  replies: { 200: nodeStateReply },
});
export const getDeskQuota = endpoint({
  ...read,
  path: "/v1/desks/{desk}/quota",
  summary: QUOTA,
  params: desk,
  query: quotaQuery,
  replies: { 200: quotaReply },
});
export const postDeskChild = endpoint({
  ...post,
  path: "/v1/desks/{desk}/children/{child}/admit",
  summary: ADMIT,
  params: desk.extend({ child: childName }),
  body: { schema: admitBody },
  replies: { 200: admitReply },
});
