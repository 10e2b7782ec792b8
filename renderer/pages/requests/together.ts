import type { AccessRequest } from '../../../protocol/model/request.ts';

/** The other requests of the batch that a request came in. */
export function togetherWith(request: AccessRequest, all: readonly AccessRequest[]): AccessRequest[] {
  if (request.batchId === null) return [];
  return all.filter((other) => other.batchId === request.batchId && other.id !== request.id);
}
