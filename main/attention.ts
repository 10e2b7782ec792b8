import { uptime } from 'node:os';
import { systemClock, systemScheduler } from '../protocol/time.ts';
import { Warnings } from './grants/warnings.ts';
import { IdleSignOut } from './idle-sign-out.ts';
import type { Log } from './log.ts';
import { mayApproveByButton } from './notice-buttons.ts';
import type { Notice } from './notices.ts';
import { Notifications } from './notifications.ts';
import { idleSeconds, onScreenLock, onWake } from './power.ts';
import { ScreenLock } from './screen-lock.ts';
import { every, type Services } from './services.ts';
import { Telling } from './telling.ts';

interface AttentionOptions {
  services: Services;
  log: Log;
  /** Shows the popover where a notice leads. */
  show: (destination: Notice['destination']) => void;
}

export interface Attention {
  /** Tells the person something that is no change of the state. */
  tell: (notice: Notice) => void;
  dispose: () => void;
}

/** Notices of what happened, and of what time brings: an end that comes near, a screen that was locked. */
export function payAttention({ services, log, show }: AttentionOptions): Attention {
  const { store, releases, backendClock, grants, requests, signIn } = services;
  /** What was shown is approved, or looked at when it is not that any more. */
  const approve = (notice: Notice): void => {
    if (!notice.approve || !mayApproveByButton(store.state, notice, screenLock.locked)) {
      show(notice.destination);
      return;
    }
    const { requestId, revision } = notice.approve;
    requests.decide(requestId, { verdict: 'approve', revision, reason: '' }).catch((error: unknown) => {
      log.warn('a request could not be approved from its notification', error);
      show(notice.destination);
    });
  };
  const notifications = new Notifications({ onClick: ({ destination }) => show(destination), onApprove: approve });
  const telling = new Telling({
    ...{ store, scheduler: systemScheduler(), now: () => systemClock.now() },
    show: (notice) => notifications.show(notice),
  });
  const tell = (notice: Notice): void => telling.tell(notice);
  const warnings = new Warnings({ store, backendClock, every, tell, takeDown: (key) => telling.takeDown(key) });
  const screenLock = new ScreenLock({ store, releases, tell });
  const stopListening = onScreenLock(
    (locked) => {
      screenLock.changed(locked);
      grants.check();
    },
    (error) => log.info('a message bus does not tell of the locked screen', { because: error?.message ?? 'it ended' }),
  );
  const idle = new IdleSignOut({
    ...{ store, uptime, idleSeconds, isLocked: () => screenLock.locked, every, tell },
    signOut: (why) => signIn.end(why),
  });
  const stopWaking = onWake(() => idle.look());
  return {
    tell,
    dispose() {
      stopWaking();
      idle.dispose();
      stopListening();
      screenLock.dispose();
      warnings.dispose();
      telling.dispose();
    },
  };
}
