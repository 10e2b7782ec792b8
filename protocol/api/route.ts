import type { z } from 'zod';

/** One HTTP call. Declared once; the backend serves it and the app calls it with the same types. */
export interface Route {
  method: 'GET' | 'POST';
  /** With `:name` for each key of `params`. */
  path: string;
  summary: string;
  /** 'public' needs no token; 'person' a signed-in person; the others that duty as well. */
  access: 'public' | 'person' | 'auditor' | 'admin';
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  reply: z.ZodType;
}

type Part<R, K extends string> =
  R extends Record<K, infer S> ? (S extends z.ZodType ? { [P in K]: z.input<S> } : unknown) : unknown;
type ParsedPart<R, K extends string> =
  R extends Record<K, infer S> ? (S extends z.ZodType ? { [P in K]: z.output<S> } : unknown) : unknown;

/** What a caller hands in: `{params?, query?, body?}` as the route declares them. */
export type RouteInput<R extends Route> = Part<R, 'params'> & Part<R, 'query'> & Part<R, 'body'>;
/** What the handler gets after parsing. */
export type RouteParsed<R extends Route> = ParsedPart<R, 'params'> & ParsedPart<R, 'query'> & ParsedPart<R, 'body'>;
export type RouteReply<R extends Route> = z.output<R['reply']>;

/** The path with its parameters filled in and escaped. */
export function pathOf(route: Route, params: Record<string, string> = {}): string {
  return route.path.replace(/:([a-zA-Z]+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}
