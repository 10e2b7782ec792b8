import { Button } from '@mantine/core';
import { useRef } from 'react';
import { useComputerNow } from '../../store/clock.ts';
import { dayAndTime } from '../../words/moments.ts';
import { SwitchRow } from './controls.tsx';
import { isQuiet, nextMorning, QUIET_HOUR_MS } from './quiet-time.ts';
import { Row, Rows } from './row.tsx';
import { useSetting } from './use-setting.ts';
import { words } from './words.ts';

/** Whether the desktop is told, and for how long it is not. */
export function NotificationSettings() {
  const notifications = useSetting('notifications');
  return (
    <Rows>
      <SwitchRow
        label={words.notifications}
        text={words.notificationsText}
        value={notifications.value}
        onChange={notifications.set}
        failure={notifications.failure}
        managed={notifications.managed}
      />
      <QuietRow notified={notifications.value} />
    </Rows>
  );
}

function QuietRow({ notified }: { notified: boolean }) {
  const { value: until, set, failure } = useSetting('doNotDisturbUntil');
  const now = useComputerNow();
  const quiet = isQuiet(until, now);
  const morning = nextMorning(now);
  const controls = useRef<HTMLDivElement>(null);
  const choose = async (next: number) => {
    // The button that was pressed is gone then; another one stands in its place.
    if (await set(next)) controls.current?.querySelector('button')?.focus();
  };
  const text = quiet ? words.quietOn(dayAndTime(until, now)) : notified ? words.quietOff : words.quietWithout;
  return (
    <Row
      label={words.quiet}
      text={<span role="status">{text}</span>}
      failure={failure}
      control={
        <div ref={controls} style={{ display: 'contents' }}>
          {quiet ? (
            <Button variant="default" aria-label={words.turnOffQuiet} onClick={() => void choose(0)}>
              {words.turnOff}
            </Button>
          ) : (
            <>
              <Button variant="default" disabled={!notified} onClick={() => void choose(now + QUIET_HOUR_MS)}>
                {words.quietHour}
              </Button>
              <Button variant="default" disabled={!notified} onClick={() => void choose(morning)}>
                {words.quietUntil(dayAndTime(morning, now))}
              </Button>
            </>
          )}
        </div>
      }
    />
  );
}
