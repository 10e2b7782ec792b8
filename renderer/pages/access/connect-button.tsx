import { Button } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import type { Grant } from '../../../protocol/model/grant.ts';
import { send } from '../../bridge.ts';
import { FailureLine } from '../../components/failure-line.tsx';
import { Menu } from '../../components/menu.tsx';
import { type Act, useAct } from '../../store/act.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import classes from './connect-button.module.css';
import { waysIn } from './ways.ts';
import { words } from './words.ts';

interface Props {
  grant: Grant;
  connect: Act<'grants.connect'>;
  disabled: boolean;
}

/** The way in: what the settings say on one click, the other ways in its menu. */
export function ConnectButton({ grant, connect, disabled }: Props) {
  const chosen = useSnapshot((s) => s.settings.nativeTerminal);
  const terminals = useSnapshot((s) => s.managed.terminals);
  const ways = waysIn(terminals);
  const openBuiltIn = useAct('terminal.open');
  const openNative = useAct('native.open');
  const [found, setFound] = useState<{ id: string; name: string }[] | null>(null);
  const name = `${grant.login}@${grant.target.name}`;
  const look = async () => {
    const result = await send('native.list', {});
    setFound(result.ok ? result.value.terminals : []);
  };
  const allowed = found?.filter(({ id }) => terminals === null || terminals.includes(id));
  const native = allowed?.find((terminal) => terminal.id === chosen) ?? allowed?.[0];
  const none = found !== null && native === undefined;
  return (
    <>
      <span className={classes.split}>
        <Button
          data-connect
          className={classes.main ?? ''}
          aria-label={`${words.connect} to ${name}`}
          disabled={disabled}
          loading={connect.busy || openBuiltIn.busy || openNative.busy}
          onClick={() => void connect.run({ id: grant.id })}
        >
          {words.connect}
        </Button>
        {!disabled && (
          <Menu
            joined
            label={words.connectMenu(name)}
            onOpen={() => void look()}
            items={[
              ...(ways.builtIn
                ? [{ label: words.builtIn, onSelect: () => void openBuiltIn.run({ grantId: grant.id }) }]
                : []),
              ...(ways.native
                ? [
                    {
                      label: none ? words.noNative : words.native(native?.name ?? words.ownTerminal),
                      disabled: none,
                      onSelect: () => void openNative.run({ grantId: grant.id }),
                    },
                  ]
                : []),
            ]}
          >
            <IconChevronDown size={14} stroke={2} aria-hidden />
          </Menu>
        )}
      </span>
      <FailureLine failure={openBuiltIn.failure ?? openNative.failure} />
    </>
  );
}
