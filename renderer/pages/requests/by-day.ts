import type { AccessRequest } from '../../../protocol/model/request.ts';
import { dayName } from '../../words/moments.ts';

/** Requests under the days they were asked on, in the order given. */
export function byDay(requests: readonly AccessRequest[], now: number): { day: string; requests: AccessRequest[] }[] {
  const days: { day: string; requests: AccessRequest[] }[] = [];
  for (const request of requests) {
    const day = dayName(request.createdAt, now);
    const last = days.at(-1);
    if (last?.day === day) last.requests.push(request);
    else days.push({ day, requests: [request] });
  }
  return days;
}
