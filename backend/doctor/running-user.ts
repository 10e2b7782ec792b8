import type { FileFacts } from './file-facts.ts';
import { type Finding, findingsOf } from './finding.ts';
import type { ServiceUser } from './service-user.ts';

const { ok, warning, wrong } = findingsOf('user');

/** Whether this is the user that the backend runs as: whoever owns the data folder. */
export function judgeUser(data: FileFacts | undefined, ownerName: string, service: ServiceUser): Finding[] {
  if (data && data.uid !== service.uid)
    return [wrong(`The data folder belongs to ${ownerName}; run this, and the backend, as ${ownerName}.`)];
  if (service.uid === 0)
    return [
      warning('The backend would run as root; make a user "sallyport" that owns its data folder, and run it as that.'),
    ];
  return [ok(`The backend runs as ${service.name}, and this looks with that user's eyes.`)];
}
