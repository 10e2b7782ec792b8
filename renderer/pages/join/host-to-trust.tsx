import { IconAlertTriangle, IconDeviceDesktop } from '@tabler/icons-react';
import { Fragment } from 'react';
import { Notice } from '../../components/notice.tsx';
import { placeOf } from '../../words/address.ts';
import classes from './join-page.module.css';
import { trustedHost } from './trusted-host.ts';
import { words } from './words.ts';

/** The host, large, in the letters that count; the part that somebody owns is the strong one. @param name of the org, where it is known */
export function HostToTrust({ address, name = '' }: { address: string; name?: string }) {
  const { host, port, onThisComputer } = placeOf(address);
  const { before, owned, looksLike, unreadable } = trustedHost(host);
  return (
    <div className={classes.host}>
      {name !== '' && <strong>{name}</strong>}
      {/* Left to right whatever it holds, and broken only where one may see it. */}
      <p className={classes.hostName} dir="ltr" data-host>
        {before !== '' && (
          <span className={classes.hostQuiet}>
            <Breakable>{before}</Breakable>
          </span>
        )}
        <strong>
          <Breakable>{owned}</Breakable>
        </strong>
        {port !== '' && <span className={classes.hostQuiet}>:{port}</span>}
      </p>
      {onThisComputer && <Notice icon={IconDeviceDesktop}>{words.here}</Notice>}
      {looksLike !== null && (
        <Notice icon={IconAlertTriangle} tone="warm">
          {words.looksLike(looksLike.name, looksLike.letters)}
        </Notice>
      )}
      {unreadable && (
        <Notice icon={IconAlertTriangle} tone="warm">
          {words.unreadable}
        </Notice>
      )}
    </div>
  );
}

/** A long name breaks after its dots first. */
function Breakable({ children }: { children: string }) {
  const labels = children.split(/(?<=\.)/);
  return labels.map((label, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the labels of one name, never reordered
    <Fragment key={index}>
      {label}
      <wbr />
    </Fragment>
  ));
}
