import type { Snapshot } from '../../protocol/ipc/snapshot.ts';
import { isLiveInApp } from '../../protocol/model/grant.ts';
import { sshHostNames } from '../../protocol/model/ssh-host.ts';
import { durationInWords } from '../../protocol/time.ts';
import { waysIn } from '../pages/access/ways.ts';
import type { PaletteCommand } from './command.ts';
import { words } from './words.ts';

/** The ways into live access, and what else may be done with it. @param now the backend's time, epoch ms */
export function grantCommands({ grants, settings, managed }: Snapshot, now: number): PaletteCommand[] {
  const live = grants.map((held) => held.grant).filter((grant) => isLiveInApp(grant, now));
  const hosts = settings.sshConfig ? sshHostNames(live) : new Map<string, string[]>();
  const ways = waysIn(managed.terminals);
  const group = words.groups.access;
  return live.flatMap((grant) => {
    const { id: grantId, login, target } = grant;
    const who = `${login}@${target.name}`;
    const left = words.timeLeft(durationInWords(Math.ceil((grant.endsAt - now) / 60_000) * 60_000));
    const also = Object.values(target.labels).join(' ');
    const host = hosts.get(grantId)?.[0];
    const commands: PaletteCommand[] = [
      {
        id: `connect ${who}`,
        title: words.connect(who),
        detail: left,
        also: `${also} ssh open`,
        group,
        icon: 'connect',
        act: { kind: 'send', name: 'grants.connect', input: { id: grantId } },
      },
      {
        id: `release ${who}`,
        title: words.release(who),
        also: `${also} end give back`,
        group,
        icon: 'release',
        act: { kind: 'show', destination: { page: 'release', grantId } },
      },
    ];
    const native = settings.connectWith === 'built-in';
    if (native && ways.native)
      commands.push({
        id: `native ${who}`,
        title: words.connectNative(who),
        group,
        icon: 'terminal',
        searchOnly: true,
        act: { kind: 'send', name: 'native.open', input: { grantId } },
      });
    if (!native && ways.builtIn)
      commands.push({
        id: `built-in ${who}`,
        title: words.connectBuiltIn(who),
        group,
        icon: 'terminal',
        searchOnly: true,
        act: { kind: 'send', name: 'terminal.open', input: { grantId } },
      });
    if (grant.extension !== null)
      commands.splice(1, 0, {
        id: `extend ${who}`,
        title: words.extend(who),
        detail: left,
        also: `${also} more time longer`,
        group,
        icon: 'time',
        act: { kind: 'show', destination: { page: 'extend', grantId } },
      });
    if (host !== undefined)
      commands.push({
        id: `ssh ${who}`,
        title: words.copySsh(`ssh ${host}`),
        group,
        icon: 'copy',
        searchOnly: true,
        act: { kind: 'send', name: 'clipboard.write', input: { text: `ssh ${host}` } },
      });
    return commands;
  });
}
