import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import type { AuthContext, ClientInfo, Connection } from 'ssh2';
import { ssh2ProtocolOf } from '../../protocol/ssh/ssh2-transport.ts';
import { admit } from './admit.ts';
import type { Claim } from './authenticate.ts';
import { forwardingRefusal, printable } from './channel-rules.ts';
import type { TargetConnection } from './dial.ts';
import type { GatewaySettings } from './gateway.ts';
import { Leg } from './leg.ts';
import { Legs } from './legs.ts';
import { LiveGrantWatch } from './live-grant.ts';
import { Login } from './login.ts';
import { banner } from './messages.ts';
import type { AccessAnswer, LiveGrant, Refusal, SessionEnd } from './ports.ts';
import { Relay } from './relay.ts';
import { lastLine } from './sentences.ts';
import { SessionRecord } from './session-record.ts';
import { tapChannelMessages } from './ssh2-messages.ts';
import { announceSignatureAlgorithms } from './ssh2-signature-algorithms.ts';

/*
 *  login ──► proved ──► live ──► over
 *    └──────────┴────────────────►
 */
type Phase =
  | { readonly is: 'login' }
  | { readonly is: 'proved'; readonly claim: Claim }
  | { readonly is: 'live'; readonly claim: Claim; readonly relay: Relay; readonly summary: SessionSummary }
  | { readonly is: 'over'; readonly reason: SessionEnd };

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
  readonly #legs: Legs;
  readonly #clientTap: ReturnType<typeof tapChannelMessages>;
  readonly #login: Login;
  readonly #grant: LiveGrantWatch;
  readonly #record: SessionRecord;
  readonly #from: Pick<Refusal, 'sourceAddress' | 'clientVersion'>;
  readonly #leftDoor: () => void;
  readonly #abandon = new AbortController();
  #phase: Phase = { is: 'login' };

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
    this.#leftDoor = leftDoor;
    this.#from = { sourceAddress: info.ip ?? '', clientVersion: printable(info.header.versions.software) };
    this.#record = new SessionRecord(this.id, settings, this.#from, () => ({
      ...{ username: this.#login.username, claim: this.#claim, isLive: this.#phase.is === 'live' },
    }));
    const protocol = ssh2ProtocolOf(connection);
    this.#clientTap = tapChannelMessages(protocol);
    announceSignatureAlgorithms(protocol);
    this.#legs = new Legs(new Leg(connection, socket, settings.rekeyBytes));
    this.#grant = new LiveGrantWatch(settings, this.#from, () => this.cut('expired'));
    this.#login = new Login(settings, {
      proved: (claim, attempt) => {
        this.#phase = { is: 'proved', claim };
        settings.underway.add(this.#admit(attempt, claim));
      },
      refused: (verdict) => this.#record.refused(verdict.code, verdict.message, verdict),
      tell: (sentence) => this.#legs.client.send(banner(`Sallyport: ${sentence}`)),
      tooManyTries: () => this.#turnAway('too-many-tries', 'Too many keys were tried.'),
    });
    connection.on('authentication', (attempt) => {
      if (this.#phase.is === 'login') this.#login.attempt(attempt);
      else attempt.reject(['publickey']);
    });
    connection.on('request', (_accept, reject, name) => this.#onGlobalRequest(name, reject));
    connection.on('error', (error) => this.#onClientError(error));
    socket.once('close', (broken) => this.#onClientClosed(broken));
  }

  get grantId(): string | undefined {
    return this.#claim?.grantId;
  }

  /** Undefined until it is let in, and once it is over. */
  get summary(): SessionSummary | undefined {
    return this.#phase.is === 'live' ? this.#phase.summary : undefined;
  }

  /** The grant was made longer or shorter. @param cutsAt epoch ms */
  moveDeadline(cutsAt: number): void {
    this.#grant.move(cutsAt);
  }

  /** Asks the live grant again although nothing is to be opened, and cuts unless it says that what is open may go on. */
  async recheck(): Promise<void> {
    const claim = this.#claim;
    if (claim === undefined) return;
    const answer = await this.#grant.ask(claim);
    if (answer.ok || answer.mayGoOn === true || this.#isOver()) return;
    this.#record.refused(answer.code, answer.message, claim);
    this.cut(answer.over?.reason ?? 'lost', answer.over?.by);
  }

  /** Cuts both legs now, the target's first, and tells the person why where that does not hold anything up. */
  cut(reason: SessionEnd, by?: string | null): void {
    if (this.#phase.is === 'over') {
      this.#legs.destroy();
      return;
    }
    const line = lastLine(reason, this.#settings.clock.now(), by);
    if (this.#phase.is === 'live') this.#phase.relay.cut(line);
    this.#over(reason);
    this.#legs.cut(line);
  }

  /** Nobody came in within the login grace time. */
  loginTimedOut(): void {
    if (this.#phase.is === 'login' || this.#phase.is === 'proved')
      this.#turnAway('login-timeout', 'The login took too long.');
  }

  async #admit(attempt: AuthContext, claim: Claim): Promise<void> {
    const answer = await this.#authorize(claim);
    if (this.#isOver()) return;
    if (!answer.ok) {
      this.#turnAway(undefined, answer.message);
      return;
    }
    const { grant } = answer;
    let target: TargetConnection | undefined;
    const dialled = (connection: TargetConnection): boolean => {
      target = connection;
      this.#legs.dialled(connection.leg);
      if (this.#isOver()) this.#legs.destroy();
      return !this.#isOver();
    };
    const signal = this.#abandon.signal;
    const outcome = await admit(this.#settings, {
      ...{ sessionId: this.id, claim, grant, signal, dialled },
      ...this.#from,
    });
    if (outcome === 'admitted' && target) this.#letIn(attempt, claim, grant, target);
    else if (typeof outcome === 'object' && !this.#isOver()) this.#turnAway(outcome.code, outcome.message);
  }

  #letIn(attempt: AuthContext, claim: Claim, grant: LiveGrant, target: TargetConnection): void {
    const relay = new Relay(
      {
        client: this.#legs.client,
        target: target.leg,
        authorize: () => this.#authorize(claim),
        noMoreSessions: () => this.#connection.noMoreSessions === true,
        refused: (code, message) => this.#record.refused(code, message),
        forwarding: (to) => this.#record.forwarding(grant.id, to),
      },
      grant.limits,
    );
    if (this.#phase.is === 'over') {
      // It ended while its opening was being written down; so its end must be, too.
      this.#record.closed(grant.id, this.#phase.reason, relay);
      this.#legs.destroy();
      return;
    }
    const { login, person } = grant;
    const summary = {
      ...{ sessionId: this.id, grantId: grant.id, personId: person.id, login, target: grant.target.name },
      since: this.#settings.clock.now(),
    };
    this.#phase = { is: 'live', claim, relay, summary };
    target.onClose(() => this.#onTargetClosed());
    target.onError((error) => this.#settings.log.info({ session: this.id, error: error.message }, 'target connection'));
    this.#clientTap.start((payload) => relay.fromClient(payload));
    target.start((payload) => relay.fromTarget(payload));
    this.#legs.rekeyHourly();
    this.#leftDoor();
    attempt.accept();
  }

  /** The live grant, asked now. Never throws; whatever is wrong refuses, and what is over is cut. */
  async #authorize(claim: Claim): Promise<AccessAnswer> {
    const answer = await this.#grant.ask(claim);
    if (answer.ok || this.#isOver()) return answer;
    this.#record.refused(answer.code, answer.message, claim);
    if (this.#phase.is === 'live' && answer.over) this.cut(answer.over.reason, answer.over.by);
    return answer;
  }

  #onGlobalRequest(name: string, reject: (() => void) | undefined): void {
    const { code, message } = forwardingRefusal(name);
    this.#record.refused(code, message);
    reject?.();
  }

  #onClientClosed(broken: boolean): void {
    this.#over(broken ? 'lost' : 'closed');
    this.#leftDoor();
    this.#grant.dispose();
    this.#legs.clientClosed();
  }

  /** A broken socket, or bytes that are not SSH: nothing of that connection can be trusted any more. */
  #onClientError(error: Error): void {
    this.#settings.log.info({ session: this.id, error: error.message }, 'the connection of a client broke');
    this.#over('lost');
    this.#legs.broke();
  }

  #onTargetClosed(): void {
    if (this.#isOver()) return;
    const line = lastLine('target-closed', this.#settings.clock.now());
    this.#over('target-closed');
    this.#legs.targetClosed(line);
  }

  /** Turns somebody away with one sentence. @param code undefined when the refusal is already written down */
  #turnAway(code: string | undefined, message: string): void {
    if (code !== undefined) this.#record.refused(code, message);
    this.#over('closed');
    this.#legs.turnAway(`Sallyport: ${message}`);
    this.#leftDoor();
  }

  #over(reason: SessionEnd): void {
    const phase = this.#phase;
    if (phase.is === 'over') return;
    this.#phase = { is: 'over', reason };
    this.#grant.over();
    this.#abandon.abort();
    this.#legs.stopRekeying();
    if (phase.is !== 'live') return;
    phase.relay.stop();
    this.#record.closed(phase.summary.grantId, reason, phase.relay);
  }

  #isOver(): boolean {
    return this.#phase.is === 'over';
  }

  get #claim(): Claim | undefined {
    return this.#phase.is === 'proved' || this.#phase.is === 'live' ? this.#phase.claim : undefined;
  }
}
