import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { AuthContext, ClientInfo, Connection } from 'ssh2';
import { AppError } from '../../protocol/errors.ts';
import { ssh2ProtocolOf } from '../../protocol/ssh/ssh2-transport.ts';
import { type Claim, judgeLogin, type LoginTry } from './authenticate.ts';
import { forwardingRefusal, printable } from './channel-rules.ts';
import { dialTarget, type TargetConnection } from './dial.ts';
import { Expiry } from './expiry.ts';
import type { GatewaySettings } from './gateway.ts';
import { Leg } from './leg.ts';
import { askLiveGrant, UNAVAILABLE } from './live-grant.ts';
import { banner, DISCONNECT, disconnect } from './messages.ts';
import type { AccessAnswer, LiveGrant, Refusal, SessionEnd } from './ports.ts';
import { RefusalLog } from './refusal-log.ts';
import { Relay } from './relay.ts';
import { lastLine } from './sentences.ts';
import { endSoon, endWhenFlushed } from './socket-end.ts';
import { tapChannelMessages } from './ssh2-messages.ts';
import { announceSignatureAlgorithms } from './ssh2-signature-algorithms.ts';

/** After a cut, what does not leave by itself is destroyed this much later. */
const LINGER_MS = 150;
/** How long a peer has to take a goodbye. */
const GOODBYE_MS = 10_000;
const REKEY_EVERY_MS = 3_600_000;

/*
 *  login ──► proved ──► live ──► over
 *    └──────────┴────────────────►
 */
type Phase =
  | { readonly is: 'login' }
  | { readonly is: 'proved'; readonly claim: Claim }
  | {
      readonly is: 'live';
      readonly claim: Claim;
      readonly grant: LiveGrant;
      readonly relay: Relay;
      readonly since: number;
    }
  | { readonly is: 'over' };

export interface SessionSummary {
  readonly sessionId: string;
  readonly grantId: string;
  readonly personId: string;
  readonly login: string;
  readonly target: string;
  /** Epoch ms. */
  readonly since: number;
}

/** One connection to the gateway: who it is, what it may do, its connection to the target, and its end. */
export class Session {
  readonly id = randomUUID();
  readonly #settings: GatewaySettings;
  readonly #connection: Connection;
  readonly #client: Leg;
  readonly #clientTap: ReturnType<typeof tapChannelMessages>;
  readonly #refusals: RefusalLog;
  readonly #sourceAddress: string;
  readonly #clientVersion: string;
  readonly #leftDoor: () => void;
  readonly #expiry: Expiry;
  readonly #abandon = new AbortController();
  readonly #told = new Set<string>();
  #target: TargetConnection | undefined;
  #phase: Phase = { is: 'login' };
  #username = '';
  #failures = 0;
  /** What was said of the deadline since somebody proved who they are. */
  #moved: number | undefined;
  #rekeyTimer: ReturnType<typeof setInterval> | undefined;

  /** @param leftDoor called once it is let in or turned away */
  constructor(
    settings: GatewaySettings,
    connection: Connection,
    socket: Socket,
    info: ClientInfo,
    leftDoor: () => void,
  ) {
    this.#settings = settings;
    this.#connection = connection;
    this.#sourceAddress = info.ip ?? '';
    this.#clientVersion = printable(info.header.versions.software);
    this.#refusals = new RefusalLog(settings, this.#sourceAddress, this.#clientVersion);
    this.#leftDoor = leftDoor;
    const protocol = ssh2ProtocolOf(connection);
    this.#clientTap = tapChannelMessages(protocol);
    announceSignatureAlgorithms(protocol);
    this.#client = new Leg(connection, socket, settings.rekeyBytes);
    this.#expiry = new Expiry(settings.clock, settings.scheduler, () => this.#onDeadline());
    connection.on('authentication', (attempt) => this.#onLogin(attempt));
    connection.on('request', (_accept, reject, name) => this.#onGlobalRequest(name, reject));
    connection.on('error', (error) => this.#onClientError(error));
    socket.once('close', (broken) => this.#onClientClosed(broken));
  }

  get grantId(): string | undefined {
    return this.#claim?.grantId;
  }

  /** Undefined until it is let in, and once it is over. */
  get summary(): SessionSummary | undefined {
    if (this.#phase.is !== 'live') return undefined;
    const { grant, since } = this.#phase;
    return {
      ...{ sessionId: this.id, grantId: grant.id, personId: grant.person.id },
      ...{ login: grant.login, target: grant.target.name, since },
    };
  }

  /** The grant was made longer or shorter. @param cutsAt epoch ms */
  moveDeadline(cutsAt: number): void {
    if (this.#phase.is === 'over') return;
    this.#moved = cutsAt;
    this.#expiry.set(cutsAt);
  }

  /** Asks the live grant again although nothing is to be opened, and cuts unless it says that what is open may go on. */
  async recheck(): Promise<void> {
    const claim = this.#claim;
    if (claim === undefined) return;
    const before = this.#moved;
    const answer = await askLiveGrant(this.#settings, claim, this.#sourceAddress, this.#clientVersion);
    if (this.#isOver()) return;
    if (answer.ok) {
      if (this.#moved === before) this.#expiry.set(answer.grant.cutsAt);
      return;
    }
    if (answer.mayGoOn === true) return;
    this.#refused(answer.code, answer.message, claim);
    this.cut(answer.over?.reason ?? 'lost', answer.over?.by);
  }

  /** Cuts both legs now, the target's first, and tells the person why where that does not hold anything up. */
  cut(reason: SessionEnd, by?: string | null): void {
    if (this.#phase.is === 'over') {
      this.#destroy();
      return;
    }
    const line = lastLine(reason, this.#settings.clock.now(), by);
    if (this.#phase.is === 'live') this.#phase.relay.cut(line);
    this.#over(reason);
    this.#client.send(disconnect(DISCONNECT.byApplication, line));
    endSoon(this.#client.socket, LINGER_MS);
    if (this.#target) endSoon(this.#target.leg.socket, LINGER_MS);
  }

  /** Nobody came in within the login grace time. */
  loginTimedOut(): void {
    if (this.#phase.is !== 'login' && this.#phase.is !== 'proved') return;
    this.#turnAway('login-timeout', 'The login took too long.');
  }

  // Login -------------------------------------------------------------------

  #onLogin(attempt: AuthContext): void {
    if (this.#phase.is !== 'login') {
      attempt.reject(['publickey']);
      return;
    }
    this.#username = printable(attempt.username);
    const verdict = judgeLogin(attempt as LoginTry, this.#settings.trustedUserCas, this.#settings.clock.now());
    switch (verdict.is) {
      case 'acceptable':
        attempt.accept();
        return;
      case 'proved':
        this.#phase = { is: 'proved', claim: verdict.claim };
        this.#settings.underway.add(this.#admit(attempt, verdict.claim));
        return;
      case 'refused':
        this.#refused(verdict.code, verdict.message, verdict);
        this.#tell(verdict.message);
        break;
      case 'other':
        break;
      default:
        verdict satisfies never;
    }
    if (attempt.method !== 'none' && ++this.#failures >= this.#settings.admission.tries) {
      this.#turnAway('too-many-tries', 'Too many keys were tried.');
      return;
    }
    attempt.reject(['publickey']);
  }

  async #admit(attempt: AuthContext, claim: Claim): Promise<void> {
    const answer = await this.#authorize(claim);
    if (this.#isOver()) return;
    if (!answer.ok) {
      this.#turnAway(undefined, answer.message);
      return;
    }
    const { grant } = answer;
    const { clock, ports } = this.#settings;
    try {
      this.#target = await dialTarget({
        grant,
        issueCertificate: (publicKey) =>
          ports.issueTargetCertificate({ publicKey, grantId: grant.id, sessionId: this.id }),
        timeoutMs: this.#settings.dialTimeoutMs,
        rekeyBytes: this.#settings.rekeyBytes,
        signal: this.#abandon.signal,
      });
      if (this.#isOver()) {
        this.#destroy();
        return;
      }
      await ports.openSession({
        ...{ sessionId: this.id, grantId: grant.id, personId: grant.person.id, login: grant.login },
        ...{ target: grant.target.name, certificate: claim.certificate, sourceAddress: this.#sourceAddress },
        ...{ clientVersion: this.#clientVersion, at: clock.now() },
      });
    } catch (error) {
      if (this.#isOver()) return;
      if (error instanceof AppError) {
        this.#turnAway(error.code, error.message);
        return;
      }
      this.#settings.log.error({ session: this.id, error }, 'a session could not be opened');
      this.#turnAway('unavailable', UNAVAILABLE);
      return;
    }
    this.#letIn(attempt, claim, grant, this.#target);
  }

  #letIn(attempt: AuthContext, claim: Claim, grant: LiveGrant, target: TargetConnection): void {
    const relay = new Relay(
      {
        client: this.#client,
        target: target.leg,
        authorize: () => this.#authorize(claim),
        noMoreSessions: () => this.#connection.noMoreSessions === true,
        refused: (code, message) => this.#refused(code, message),
        forwarding: (to) => this.#forwarding(grant.id, to),
      },
      grant.limits,
    );
    const since = this.#settings.clock.now();
    if (this.#isOver()) {
      // It ended while its opening was being written down; so its end must be, too.
      this.#closed(grant.id, this.#endedBy, relay);
      this.#destroy();
      return;
    }
    this.#phase = { is: 'live', claim, grant, relay, since };
    target.onClose(() => this.#onTargetClosed());
    target.onError((error) => this.#settings.log.info({ session: this.id, error: error.message }, 'target connection'));
    this.#clientTap.start((payload) => relay.fromClient(payload));
    target.start((payload) => relay.fromTarget(payload));
    this.#rekeyTimer = setInterval(() => {
      this.#client.rekey();
      target.leg.rekey();
    }, REKEY_EVERY_MS);
    this.#leftDoor();
    attempt.accept();
  }

  /** The live grant, asked now. Never throws; whatever is wrong refuses, and what is over is cut. */
  async #authorize(claim: Claim): Promise<AccessAnswer> {
    const before = this.#moved;
    const answer = await askLiveGrant(this.#settings, claim, this.#sourceAddress, this.#clientVersion);
    if (this.#phase.is === 'over') return answer;
    if (answer.ok) {
      // What was said while we asked is newer than the answer.
      if (this.#moved === before) this.#expiry.set(answer.grant.cutsAt);
      return answer;
    }
    this.#refused(answer.code, answer.message, claim);
    if (this.#phase.is === 'live' && answer.over) this.cut(answer.over.reason, answer.over.by);
    return answer;
  }

  async #forwarding(grantId: string, to: string): Promise<void> {
    const { ports, clock, log } = this.#settings;
    try {
      await ports.forwarding({ sessionId: this.id, grantId, to, at: clock.now() });
    } catch (error) {
      if (!(error instanceof AppError))
        log.error({ session: this.id, error }, 'a connection onward could not be written down');
      throw error;
    }
  }

  #onGlobalRequest(name: string, reject: (() => void) | undefined): void {
    const { code, message } = forwardingRefusal(name);
    this.#refused(code, message);
    reject?.();
  }

  // End ---------------------------------------------------------------------

  #endedBy: SessionEnd = 'closed';

  #onDeadline(): void {
    this.cut('expired');
  }

  #onClientClosed(broken: boolean): void {
    this.#over(broken ? 'lost' : 'closed');
    this.#leftDoor();
    this.#expiry.dispose();
    if (this.#target) endSoon(this.#target.leg.socket, GOODBYE_MS);
  }

  /** A broken socket, or bytes that are not SSH: nothing of that connection can be trusted any more. */
  #onClientError(error: Error): void {
    this.#settings.log.info({ session: this.id, error: error.message }, 'the connection of a client broke');
    this.#over('lost');
    endSoon(this.#client.socket, LINGER_MS);
    if (this.#target) endSoon(this.#target.leg.socket, LINGER_MS);
  }

  #onTargetClosed(): void {
    if (this.#phase.is === 'over') return;
    const line = lastLine('target-closed', this.#settings.clock.now());
    this.#over('target-closed');
    this.#client.send(disconnect(DISCONNECT.byApplication, line));
    // What the target sent last may still wait for a slow client, but not past the deadline.
    endWhenFlushed(this.#client.socket);
  }

  /** Turns somebody away with one sentence. @param code undefined when the refusal is already written down */
  #turnAway(code: string | undefined, message: string): void {
    if (code !== undefined) this.#refused(code, message);
    this.#over('closed');
    this.#client.send(disconnect(DISCONNECT.noMoreAuthMethods, `Sallyport: ${message}`));
    endSoon(this.#client.socket, GOODBYE_MS);
    this.#leftDoor();
    this.#destroyTarget();
  }

  #over(reason: SessionEnd): void {
    const phase = this.#phase;
    if (phase.is === 'over') return;
    this.#phase = { is: 'over' };
    this.#endedBy = reason;
    this.#abandon.abort();
    clearInterval(this.#rekeyTimer);
    if (phase.is !== 'live') return;
    phase.relay.stop();
    this.#closed(phase.grant.id, reason, phase.relay);
  }

  #closed(grantId: string, reason: SessionEnd, relay: Relay): void {
    const { ports, clock, underway } = this.#settings;
    const { bytesIn, bytesOut, forwarded } = relay;
    const closed = { sessionId: this.id, grantId, reason, at: clock.now(), bytesIn, bytesOut, forwarded };
    underway.untilDone(() => ports.closeSession(closed));
  }

  #isOver(): boolean {
    return this.#phase.is === 'over';
  }

  #destroy(): void {
    this.#client.socket.destroy();
    this.#destroyTarget();
  }

  #destroyTarget(): void {
    this.#target?.leg.socket.destroy();
  }

  /** Shows a sentence to somebody who may go on trying; each one once. */
  #tell(message: string): void {
    if (this.#told.has(message)) return;
    this.#told.add(message);
    this.#client.send(banner(`Sallyport: ${message}`));
  }

  #refused(code: string, message: string, of: RefusedAbout = this.#claim ?? NOTHING_KNOWN): void {
    this.#refusals.write(code, message, {
      ...{ username: this.#username, grantId: of.grantId, certificate: of.certificate },
      sessionId: this.#phase.is === 'live' ? this.id : null,
    });
  }

  get #claim(): Claim | undefined {
    return this.#phase.is === 'proved' || this.#phase.is === 'live' ? this.#phase.claim : undefined;
  }
}

type RefusedAbout = Pick<Refusal, 'grantId' | 'certificate'>;
const NOTHING_KNOWN: RefusedAbout = { grantId: null, certificate: null };
