import type { RouteParsed, RouteReply } from '../../protocol/api/route.ts';
import type { RouteName, Routes } from '../../protocol/api/routes.ts';
import type { Person } from '../../protocol/model/identity.ts';

/** Whose access token came with a call, and until when it is good (epoch ms). */
export interface Caller {
  person: Person;
  signInId: string;
  expiresAt: number;
}

/** A parsed call of one route. */
export interface Call<N extends RouteName> {
  input: RouteParsed<Routes[N]>;
  caller: Routes[N]['access'] extends 'public' ? null : Caller;
  /** The client's address, and what it calls itself. */
  address: string;
  userAgent: string;
}

/** One handler for each route: a missing one does not compile. */
export type Handlers = { [N in RouteName]: (call: Call<N>) => Promise<RouteReply<Routes[N]>> };
