import { listenToBus, sessionBus, systemBus } from './tray/message-bus.ts';

/** Screen savers that say `ActiveChanged(locked)`; which one there is depends on the desktop. */
const SCREEN_SAVERS = ['org.freedesktop', 'org.gnome', 'org.cinnamon', 'org.mate', 'org.xfce'];
const LOGIND = 'org.freedesktop.login1';

/**
 * On Linux, tells when the screen is locked and unlocked: Electron tells it elsewhere only. It is said by the desktop's
 * screen saver on the session bus, and by logind on the system bus (`loginctl lock-session`); not every desktop does
 * both, so each may be told twice. Returns the function that stops it.
 * @param env where the buses are, and which session this is
 */
export function onLockSignals(
  env: Readonly<Record<string, string | undefined>>,
  told: (locked: boolean) => void,
  onEnd: (error?: Error) => void,
): () => void {
  const ends: (() => void)[] = [];
  const session = sessionBus(env);
  if (session !== undefined) {
    const rules = SCREEN_SAVERS.map((name) => `type='signal',interface='${name}.ScreenSaver',member='ActiveChanged'`);
    const heard = ({ member, args: [locked] }: { member: string; args: (string | boolean)[] }): void => {
      if (member === 'ActiveChanged' && typeof locked === 'boolean') told(locked);
    };
    ends.push(listenToBus(session, rules, heard, onEnd));
  }
  const system = systemBus(env);
  if (system !== undefined && env.XDG_SESSION_ID) {
    const about = `sender='${LOGIND}',path='${sessionPath(env.XDG_SESSION_ID)}',interface='${LOGIND}.Session'`;
    const rules = ['Lock', 'Unlock'].map((member) => `type='signal',${about},member='${member}'`);
    const heard = ({ member }: { member: string }): void => {
      if (member === 'Lock' || member === 'Unlock') told(member === 'Lock');
    };
    ends.push(listenToBus(system, rules, heard, onEnd));
  }
  return () => {
    for (const end of ends) end();
  };
}

/** The object of a session: what is no letter, and a digit in front, is written as _ and its code (sd_bus_path_encode(3)). */
export function sessionPath(sessionId: string): string {
  const escaped = [...Buffer.from(sessionId)].map((byte, i) => {
    const character = String.fromCharCode(byte);
    const plain = /[A-Za-z]/.test(character) || (i > 0 && /[0-9]/.test(character));
    return plain ? character : `_${byte.toString(16).padStart(2, '0')}`;
  });
  return `/org/freedesktop/login1/session/${escaped.join('')}`;
}
