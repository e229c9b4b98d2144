/** What a call takes and answers, worked out from its contract. Nothing of this is there when the program runs. */
import type { z } from "zod";
import type { Endpoint } from "../contracts/endpoint.ts";
import type { AnyEndpoint } from "./endpoints.ts";
import type { TextBody } from "./text-body.ts";

export type Method = Endpoint["method"];
/** Paths as the contracts write them: `/v1/symbols/{symbol}/bars`. */
export type PathOf<M extends Method> = Extract<AnyEndpoint, { readonly method: M }>["path"];
export type EndpointAt<M extends Method, Path extends string> = Extract<
  AnyEndpoint,
  { readonly method: M; readonly path: Path }
>;

/** A query is text on the wire; here a number is a number, and one of some texts is one of these. */
type QueryValue<Written, Read> = [Read] extends [number]
  ? number
  : [Read] extends [string]
    ? `${Read}`
    : Written;
type QueryOf<Shape> = Shape extends z.ZodType
  ? { [Name in keyof z.input<Shape>]: QueryValue<z.input<Shape>[Name], NamedIn<z.output<Shape>, Name>> }
  : unknown;
type NamedIn<Read, Name> = Name extends keyof Read ? Exclude<Read[Name], undefined> : never;
type ParamsOf<Shape> = Shape extends z.ZodType
  ? { readonly [Name in keyof z.input<Shape>]: string }
  : unknown;

type Field<Declared, Name extends string> = Declared extends { readonly [Key in Name]: infer Shape }
  ? Shape
  : undefined;

/** The names in the path and the fields of the query, together: none is in both. */
export type NamesOf<Declared> = ParamsOf<Field<Declared, "params">> & QueryOf<Field<Declared, "query">>;
type Media<Body> = Body extends { readonly media: readonly (infer Name)[] } ? Name : "json";
type Taken<Body> = Body extends { readonly schema: infer Shape extends z.ZodType }
  ? ("json" extends Media<Body> ? z.input<Shape> : never) | (Media<Body> extends "json" ? never : TextBody)
  : undefined;
/** A JSON value, or lines and CSV (`ndjson`, `csv`) where the call takes those. */
export type BodyOf<Declared> = Taken<Field<Declared, "body">>;

type Success = 200 | 201 | 202;
/** What comes with success; undefined where nothing does. */
export type ReplyOf<Declared> = Declared extends { readonly replies: infer Replies }
  ? [keyof Replies & Success] extends [never]
    ? undefined
    : Parsed<Replies[keyof Replies & Success]>
  : never;
type Parsed<Shape> = Shape extends z.ZodType ? z.output<Shape> : undefined;

/** May be left out where every name may. */
export type NamesAnd<Names, Options> =
  Record<string, never> extends Names
    ? [names?: Names, options?: Options]
    : [names: Names, options?: Options];
