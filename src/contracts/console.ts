/** The Console: a page that shows what the public API says, and the files that it loads. */
import { z } from "zod";
import { endpoint } from "./endpoint.ts";

const shared = { method: "GET", scope: "public", tag: "Console" } as const;

export const getConsole = endpoint({
  ...shared,
  path: "/",
  summary: "The Console as a page. It asks for a key, and every call that it makes is one of these here.",
  replies: { 200: z.string() },
});
export const getConsoleAsset = endpoint({
  ...shared,
  path: "/console/{asset}",
  summary: "A file that the page loads.",
  params: z.strictObject({ asset: z.string().regex(/^[a-z0-9-]{1,64}\.(css|js|svg|txt)$/) }),
  replies: { 200: z.string() },
});
