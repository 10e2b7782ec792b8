import { Switch } from '@mantine/core';
import { useId } from 'react';
import { isLiveInApp } from '../../../protocol/model/grant.ts';
import { sshHostNames } from '../../../protocol/model/ssh-host.ts';
import { useAct } from '../../store/act.ts';
import { useNow } from '../../store/clock.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { CommandLine } from './command-line.tsx';
import { LockedRow } from './locked-row.tsx';
import { Row } from './row.tsx';
import classes from './ssh-config-row.module.css';
import { useManaged } from './use-setting.ts';
import { words } from './words.ts';

/** Lets any ssh program use live access by name: what that does, what stands in its way, the names, and the way back. */
export function SshConfigRow() {
  const enabled = useSnapshot((s) => s.settings.sshConfig);
  const problem = useSnapshot((s) => s.sshConfigProblem);
  const change = useAct('sshConfig.change');
  const managed = useManaged('sshConfig');
  const id = useId();
  const said = (
    <>
      <p id={`${id}-text`} className={classes.text}>
        {words.sshConfigText} {enabled && !managed && words.sshConfigUndo}
      </p>
      {enabled && problem === null && <Names />}
    </>
  );
  if (managed)
    return (
      <LockedRow label={words.sshConfig} value={enabled ? words.on : words.off} failure={problem}>
        {said}
      </LockedRow>
    );
  return (
    <Row
      label={words.sshConfig}
      htmlFor={id}
      failure={change.failure ?? problem}
      control={
        <Switch
          id={id}
          aria-describedby={`${id}-text`}
          checked={enabled}
          disabled={change.busy}
          onChange={(event) => void change.run({ enabled: event.currentTarget.checked })}
        />
      }
    >
      {said}
    </Row>
  );
}

function Names() {
  const grants = useSnapshot((s) => s.grants);
  const now = useNow();
  const live = grants.map((held) => held.grant).filter((grant) => isLiveInApp(grant, now));
  const commands = [...sshHostNames(live).values()].map(([name]) => `ssh ${name}`);
  if (commands.length === 0) return <p className={classes.text}>{words.sshConfigNone}</p>;
  return (
    <ul className={classes.names} aria-label={words.sshConfigOn}>
      {commands.map((command) => (
        <li key={command}>
          <CommandLine command={command} />
        </li>
      ))}
    </ul>
  );
}
