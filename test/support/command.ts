import type { Bridge } from '../../protocol/ipc/bridge.ts';
import type { CommandInput, CommandName, CommandOutput } from '../../protocol/ipc/commands.ts';
import type { Grant } from '../../protocol/model/grant.ts';
import type { AccessRequest } from '../../protocol/model/request.ts';
import type { TestClient } from './backend.ts';
import type { Person } from './person.ts';

/** Sends one of the app's commands as its own page does. @throws Error with the sentence of a refusal */
export async function command<K extends CommandName>(
  person: Person,
  name: K,
  input: CommandInput<K>,
): Promise<CommandOutput<K>> {
  const page = await person.app.window('popover');
  const result = await page.evaluate(
    ([wanted, sent]) =>
      (window as unknown as { sallyport: Bridge }).sallyport.commands[wanted as 'snapshot.show'](sent as never),
    [name as string, input as unknown] as const,
  );
  if (!result.ok) throw new Error(`${name}: ${result.error.message}`);
  return result.value as unknown as CommandOutput<K>;
}

/** Says yes to a request, as the approver's own app would. */
export function approveBy(approver: TestClient, { id, revision }: Pick<AccessRequest, 'id' | 'revision'>) {
  return approver.call('requests.decide', { params: { id }, body: { verdict: 'approve', revision } });
}

/** Access to a target, asked for in the app and approved by somebody elsewhere; once the app knows that it is live. */
export async function quickGrant(
  person: Person,
  approver: TestClient,
  { target, ...wish }: { target: string; durationSeconds: number; endsWithSession?: boolean },
): Promise<Grant> {
  const { access } = await command(person, 'snapshot.show', {});
  const login = access.find((a) => a.target.name === target)?.options[0]?.logins[0];
  if (login === undefined) throw new Error(`${person.name} may not ask for ${target}.`);
  const ask = { target, login, ...wish, reason: 'Look into an incident', ticket: '' };
  const { id } = await command(person, 'requests.create', { ask, openTerminal: false });
  const { grantId } = await approveBy(approver, { id, revision: 1 });
  for (;;) {
    const { grants } = await command(person, 'snapshot.show', {});
    const grant = grants.find((held) => held.grant.id === grantId)?.grant;
    if (grant?.status.state === 'live') return grant;
  }
}
