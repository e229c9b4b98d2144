/** The documentation: the OpenAPI document, and the page that shows it. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";

const shared = { method: "GET", scope: "public", tag: "Documentation" } as const;

export const getOpenApi = endpoint({
  ...shared,
  path: "/openapi.json",
  summary: "This document.",
  replies: { 200: z.looseObject({ openapi: z.string() }) },
});
export const getDocs = endpoint({
  ...shared,
  path: "/docs",
  summary: "The documentation as a page.",
  replies: { 200: z.string() },
});
export const getDocsAsset = endpoint({
  ...shared,
  path: "/docs/{asset}",
  summary: "A file that the page loads.",
  params: z.strictObject({ asset: z.string().regex(/^[a-z0-9-]{1,64}\.(css|js|png)$/) }),
  replies: { 200: z.string() },
});
