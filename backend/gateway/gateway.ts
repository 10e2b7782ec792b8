import { createPrivateKey, type KeyObject } from 'node:crypto';
import { createServer, type Socket } from 'node:net';
import ssh2 from 'ssh2';
import { AppError } from '../../protocol/errors.ts';
import { formatPrivateKey } from '../../protocol/ssh/private-key.ts';
import { ed25519Blob, formatKeyLine } from '../../protocol/ssh/public-key.ts';
import { type Clock, type Scheduler, systemClock, systemScheduler } from '../../protocol/time.ts';
import { type AdmissionLimits, DEFAULT_ADMISSION, Door } from './admission.ts';
import { IDENT, TRANSPORT_ALGORITHMS } from './algorithms.ts';
import { watchControl } from './control-watch.ts';
import type { GatewayPorts } from './ports.ts';
import { Session, type SessionSummary } from './session.ts';
import { DOOR_FULL, TurnedAway } from './turned-away.ts';
import { Underway } from './underway.ts';
import { UnprovedLogins } from './unproved-logins.ts';

const { Server } = ssh2;

/** How long stopping waits for what is still to be written down. Milliseconds. */
const LAST_WORDS_MS = 5_000;

/** A logger such as pino's. */
export interface GatewayLog {
  info(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface GatewayOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Ed25519, as a KeyObject or PKCS#8 PEM. The app pins its public half. */
  readonly hostKey: KeyObject | string;
  /** Plain Ed25519 blobs of the user CAs whose certificates open the gateway. */
  readonly trustedUserCas: readonly Buffer[];
  readonly ports: GatewayPorts;
  readonly log: GatewayLog;
  readonly clock?: Clock;
  readonly scheduler?: Scheduler;
  readonly admission?: Partial<AdmissionLimits>;
  readonly dialTimeoutMs?: number;
  /** Fresh keys after so much in one direction; RFC 4253 section 9 recommends a gigabyte, the default. */
  readonly rekeyBytes?: number;
  /** After so long without a word of the rest of the backend every session is cut; asked at each look. */
  readonly controlGraceMs: () => number;
}

/** The options with every default filled in. */
export interface GatewaySettings
  extends Pick<GatewayOptions, 'ports' | 'log' | 'trustedUserCas'>,
    Required<Pick<GatewayOptions, 'clock' | 'scheduler' | 'dialTimeoutMs' | 'rekeyBytes'>> {
  readonly admission: AdmissionLimits;
  readonly underway: Underway;
  readonly unproved: UnprovedLogins;
}

export interface Gateway {
  readonly port: number;
  readonly hostKeyLine: string;
  /** Those that are let in now. */
  sessions(): SessionSummary[];
  /** Cuts every session, stops listening, and waits a few seconds for the ends of the sessions to be written down. */
  dispose(): Promise<void>;
}

/**
 * Starts the access gateway: the one way in to every target.
 * @throws AppError 'unavailable' when it cannot listen (a taken port)
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const clock = options.clock ?? systemClock;
  const underway = new Underway((error) =>
    options.log.error({ error }, 'the end of a session could not be written down'),
  );
  const unproved = new UnprovedLogins({ ports: options.ports, log: options.log, clock, underway });
  const settings: GatewaySettings = {
    ...{ ports: options.ports, log: options.log, trustedUserCas: options.trustedUserCas, clock },
    scheduler: options.scheduler ?? systemScheduler(clock),
    dialTimeoutMs: options.dialTimeoutMs ?? 10_000,
    rekeyBytes: options.rekeyBytes ?? 1024 ** 3,
    admission: { ...DEFAULT_ADMISSION, ...options.admission },
    ...{ underway, unproved },
  };
  const hostKey = typeof options.hostKey === 'string' ? createPrivateKey(options.hostKey) : options.hostKey;
  const sessions = new Set<Session>();
  const arrivals = new WeakMap<object, Arrival>();
  const sockets = new Set<Socket>();
  const door = new Door(settings.admission.startups);
  const turnedAway = new TurnedAway(settings, DOOR_FULL);

  const server = new Server(
    {
      hostKeys: [formatPrivateKey(hostKey)],
      ident: IDENT,
      algorithms: { ...TRANSPORT_ALGORITHMS, kex: [...TRANSPORT_ALGORITHMS.kex] },
      // A person may suspend their client for hours; TCP keepalive finds the ones that are really gone.
      keepaliveInterval: 30_000,
      keepaliveCountMax: Number.MAX_SAFE_INTEGER,
    } as ConstructorParameters<typeof Server>[0],
    (connection, info) => {
      const arrival = arrivals.get((connection as unknown as { _sock: object })._sock);
      if (arrival === undefined) throw new Error('ssh2 has changed inside: no socket of a connection');
      const session = new Session(settings, connection, arrival.socket, info, arrival.leftDoor);
      arrival.session = session;
      sessions.add(session);
      arrival.socket.once('close', () => sessions.delete(session));
    },
  );

  const listener = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: 30_000 }, (socket) => {
    const leave = door.enter();
    if (leave === undefined) {
      turnedAway.add(socket.remoteAddress ?? '');
      socket.on('error', () => {});
      socket.end('Sallyport: too many connections are logging in; try again in a moment\r\n', () => socket.destroy());
      return;
    }
    sockets.add(socket);
    const arrival: Arrival = { socket, session: undefined, leftDoor: () => {} };
    const cancelGrace = settings.scheduler.at(clock.now() + settings.admission.graceMs, () => {
      if (arrival.session) arrival.session.loginTimedOut();
      else socket.destroy();
    });
    arrival.leftDoor = () => {
      cancelGrace();
      leave();
    };
    socket.once('close', () => {
      arrival.leftDoor();
      sockets.delete(socket);
    });
    arrivals.set(socket, arrival);
    server.injectSocket(socket);
  });

  const port = await listen(listener, options);
  // Too many open files, say: the connection is lost, the gateway goes on.
  listener.on('error', (error) => settings.log.error({ error }, 'a connection could not be taken'));
  const cutAll = (why: string): void => {
    const lost = [...sessions].filter((session) => session.grantId !== undefined);
    if (lost.length > 0) options.log.error({ sessions: lost.length }, why);
    for (const session of lost) session.cut('lost');
  };
  const unsubscribe = [
    settings.ports.onGrantEnded(({ grantId, reason, by }) => {
      for (const session of sessions) if (session.grantId === grantId) session.cut(reason, by);
    }),
    settings.ports.onGrantExtended(({ grantId, cutsAt }) => {
      for (const session of sessions) if (session.grantId === grantId) session.moveDeadline(cutsAt);
    }),
    settings.ports.onDoubt(() => {
      options.log.info({ sessions: sessions.size }, 'an event could not be read: the grant of every session is asked');
      for (const session of sessions) settings.underway.add(session.recheck());
    }),
    settings.ports.onTakenForDead(() => cutAll('the others took this gateway for dead: all are cut')),
    watchControl(
      () => settings.ports.silentForMs(),
      options.controlGraceMs,
      () => cutAll('nothing is heard of the backend: all are cut'),
    ),
  ];
  return {
    port,
    hostKeyLine: formatKeyLine(ed25519Blob(hostKey), 'sallyport-gateway'),
    sessions: () => [...sessions].flatMap((session) => session.summary ?? []),
    async dispose() {
      for (const end of unsubscribe) end();
      const closed = new Promise<void>((resolve) => listener.close(() => resolve()));
      for (const session of sessions) session.cut('gateway-stopped');
      for (const socket of sockets) if (!arrivals.get(socket)?.session) socket.destroy();
      await closed;
      turnedAway.dispose();
      unproved.dispose();
      if (!(await settings.underway.settle(LAST_WORDS_MS)))
        options.log.error({}, 'the gateway stopped before everything was written down');
    },
  };
}

/** A TCP connection from its first moment, before SSH has said a word. */
interface Arrival {
  readonly socket: Socket;
  session: Session | undefined;
  leftDoor: () => void;
}

function listen(listener: ReturnType<typeof createServer>, options: GatewayOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    listener.once('error', (cause: NodeJS.ErrnoException) => {
      const where = `${options.host}:${options.port}`;
      const why = cause.code === 'EADDRINUSE' ? 'another program uses it' : (cause.code ?? cause.message);
      reject(new AppError('unavailable', `The gateway cannot listen on ${where}: ${why}.`, { cause }));
    });
    listener.listen(options.port, options.host, () => {
      const address = listener.address();
      resolve(typeof address === 'object' && address !== null ? address.port : options.port);
    });
  });
}
