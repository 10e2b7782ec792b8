import { ActionIcon, Button } from '@mantine/core';
import { IconAlertCircle, IconAlertTriangle, IconArrowDown, IconArrowUp, IconCheck, IconX } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { Transfer } from '../../../protocol/ipc/snapshot.ts';
import { sizeWords } from '../../../protocol/size.ts';
import { send } from '../../bridge.ts';
import { useSnapshot } from '../../store/snapshot.ts';
import { doneShare, shownName } from './listing.ts';
import classes from './transfer-list.module.css';
import { words } from './words.ts';

/** The files on their way, and those that have arrived or not, until they are cleared. */
export function TransferList({ terminalId }: { terminalId: string }) {
  const all = useSnapshot((s) => s.transfers);
  const transfers = useMemo(() => all.filter((t) => t.terminalId === terminalId), [all, terminalId]);
  if (transfers.length === 0) return null;
  const moving = transfers.filter((t) => t.status.state === 'moving');
  const finished = transfers.some((t) => t.status.state !== 'moving');
  return (
    <section className={classes.root} aria-label={words.transfers}>
      <header className={classes.head}>
        <h3>{words.transfers}</h3>
        {moving.length > 1 && (
          <Button
            size="compact-xs"
            variant="default"
            onClick={() => {
              for (const { id } of moving) void send('files.cancel', { id });
            }}
          >
            {words.cancelAll}
          </Button>
        )}
        {finished && (
          <Button size="compact-xs" variant="default" onClick={() => void send('files.forget', { terminalId })}>
            {words.clear}
          </Button>
        )}
      </header>
      <ul className={classes.list}>
        {transfers.map((transfer) => (
          <Row key={transfer.id} transfer={transfer} />
        ))}
      </ul>
    </section>
  );
}

function Row({ transfer }: { transfer: Transfer }) {
  const { id, direction, status } = transfer;
  const name = shownName(transfer.name);
  const share = doneShare(transfer);
  return (
    <li
      className={classes.row}
      data-state={status.state}
      data-partly={(status.state === 'done' && !status.whole) || undefined}
    >
      <span className={classes.icon} aria-hidden>
        <StateIcon transfer={transfer} />
      </span>
      <span className={classes.what}>
        <span className={classes.name}>
          <bdi title={name}>{name}</bdi>
          <span className={classes.much}>{howMuch(transfer)}</span>
        </span>
        {status.state === 'moving' && (
          <progress
            className={classes.bar}
            aria-label={`${direction === 'upload' ? 'Sending' : 'Fetching'} ${name}`}
            max={1}
            {...(share === null ? {} : { value: share })}
          />
        )}
        <Said status={status} />
      </span>
      {status.state === 'moving' && (
        <ActionIcon
          variant="subtle"
          color="gray"
          size={22}
          aria-label={words.cancel(name)}
          title={words.cancel(name)}
          onClick={() => void send('files.cancel', { id })}
        >
          <IconX size={13} />
        </ActionIcon>
      )}
    </li>
  );
}

function Said({ status }: { status: Transfer['status'] }) {
  switch (status.state) {
    case 'moving':
      return null;
    case 'done':
      return status.sentence === '' ? null : <span role="status">{shownName(status.sentence)}</span>;
    case 'cancelled':
      return <span role="status">{words.cancelled(shownName(status.sentence))}</span>;
    case 'failed':
      return (
        <span role="alert" className={classes.problem}>
          {shownName(status.problem.message)}
        </span>
      );
    default:
      return status satisfies never;
  }
}

function StateIcon({ transfer: { direction, status } }: { transfer: Transfer }) {
  if (status.state === 'done' && !status.whole) return <IconAlertTriangle size={14} stroke={1.9} />;
  if (status.state === 'done') return <IconCheck size={14} stroke={2.2} />;
  if (status.state === 'failed') return <IconAlertCircle size={14} stroke={1.9} />;
  return direction === 'upload' ? <IconArrowUp size={14} /> : <IconArrowDown size={14} />;
}

function howMuch({ bytes, totalBytes, status }: Transfer): string {
  if (status.state === 'done') return sizeWords(bytes);
  if (status.state !== 'moving') return '';
  if (totalBytes === null) return bytes === 0 ? words.waiting : sizeWords(bytes);
  return words.of(sizeWords(bytes), sizeWords(totalBytes));
}
