import { AppError, toFailure } from '../../protocol/errors.ts';
import type { BackendEvent } from '../../protocol/events.ts';
import type { Clock } from '../../protocol/time.ts';
import type { BackendClock } from '../grants/backend-clock.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store.ts';
import { backoffMs } from './backoff.ts';
import type { Call, Fetch } from './call.ts';
import { clockSkew, isSteppedClock, runsAhead } from './clock-skew.ts';
import { followEvents } from './event-stream.ts';

/** The difference of the clocks that an overview showed is believed for at least this long, ms. */
const OVERVIEW_HOLDS_MS = 10_000;

/** A clock that is stepped again and again has the backend asked for its time no oftener than this, ms. */
const STEPS_MS = 2_000;

/** Longest wait for the overview: shorter than for what a person asked for, since it is asked again, ms. */
const OVERVIEW_MS = 8_000;
/** A stream that held for this long was a good one, ms. */
const STEADY_MS = 5_000;

interface ConnectionOptions {
  store: Store;
  call: Call;
  fetch: Fetch;
  accessToken: () => Promise<string>;
  rejectToken: (accessToken: string) => void;
  clock: Clock;
  /** Is told of every time that the backend says. */
  backendClock: Pick<BackendClock, 'moment' | 'now' | 'heard' | 'answered' | 'onStep'>;
  log: Log;
  random?: () => number;
  /** How long the backend may take to open the stream, and be silent on it; time between steps of a clock; ms. */
  patience?: { openMs: number; silenceMs: number; stepsMs: number };
}

/*
 *  idle ──signed in──► connecting ──► online ──stream lost──► offline ──► online
 *    ▲                      └──────────────not reachable─────────▲
 *    └─ signed out, from any
 *
 * Follows the backend while somebody is signed in. Whatever fails is tried again, later and later, and the stream is
 * resumed from the last event that was taken in, so that nothing is missed. It stays 'offline' until it is online again.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #unsubscribe: () => void;
  readonly #stopSteps: () => void;
  #run: AbortController | undefined;
  /** Ends the wait before the next try. */
  #hurry: () => void = () => undefined;
  /** Ends the running stream, to begin again at the overview. */
  #restart: AbortController | undefined;
  #cursor: string | undefined;
  #attempt = 0;
  /** When the overview came, and when the running stream was opened; on the monotonic clock. */
  #overviewAt = 0;
  #openedAt: number | undefined;
  #askedForStep: number | undefined;
  #stepTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#stopSteps = options.backendClock.onStep(() => this.#stepped());
    this.#unsubscribe = options.store.subscribe((state, before) => {
      if (state.signIn.state === before.signIn.state) return;
      if (state.signIn.state === 'signed-in') this.#start();
      else this.#stop();
    });
  }

  /** Tries now instead of later: the person asked, or the computer woke up. */
  retry(): void {
    this.#attempt = 0;
    this.#hurry();
  }

  /** Learns everything anew. */
  refresh(): void {
    this.#cursor = undefined;
    this.#restart?.abort();
    this.retry();
  }

  /** What our clocks say may have ended what has not: the backend is asked at once, not at its next heartbeat. */
  #stepped(): void {
    if (!this.#run || this.#stepTimer) return;
    const { clock, patience } = this.#options;
    const since = this.#askedForStep === undefined ? Number.POSITIVE_INFINITY : clock.monotonic() - this.#askedForStep;
    const wait = (patience?.stepsMs ?? STEPS_MS) - since;
    this.#stepTimer = setTimeout(
      () => {
        this.#stepTimer = undefined;
        this.#askedForStep = this.#options.clock.monotonic();
        if (this.#run) this.refresh();
      },
      Math.max(0, wait),
    );
  }

  #start(): void {
    this.#stop();
    const run = new AbortController();
    this.#run = run;
    this.#cursor = undefined;
    this.#attempt = 0;
    this.#options.store.apply({ kind: 'connection', connection: { state: 'connecting' } });
    void this.#follow(run.signal);
  }

  #stop(): void {
    this.#run?.abort();
    this.#run = undefined;
    this.#hurry();
  }

  async #follow(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const restart = new AbortController();
      this.#restart = restart;
      try {
        await this.#followOnce(AbortSignal.any([signal, restart.signal]));
        if (restart.signal.aborted) continue;
        throw new AppError('offline', 'The connection to the backend was closed.');
      } catch (error) {
        if (signal.aborted) return;
        this.#offline(error);
      }
      // A stream that always breaks at once is not tried again at once for ever.
      if (this.#openedAt !== undefined && this.#options.clock.monotonic() - this.#openedAt > STEADY_MS)
        this.#attempt = 0;
      this.#openedAt = undefined;
      await this.#wait(backoffMs(this.#attempt++, this.#options.random), signal);
    }
  }

  /** Overview, if there is no cursor to resume from, then the events after it. */
  async #followOnce(signal: AbortSignal): Promise<void> {
    const { store, fetch, accessToken, rejectToken } = this.#options;
    this.#cursor ??= await this.#fetchOverview(signal);
    if (this.#cursor === undefined) return;
    const token = await accessToken();
    if (signal.aborted) return;
    await followEvents({
      fetch,
      backend: store.state.settings.backendAddress,
      accessToken: token,
      cursor: this.#cursor,
      onOpen: () => this.#online(),
      onEvent: (event) => this.#take(event),
      onCursor: (cursor) => {
        if (!signal.aborted) this.#cursor = cursor;
      },
      signal,
      ...this.#options.patience,
    }).catch((error: unknown) => {
      if (error instanceof AppError && error.code === 'not-signed-in') rejectToken(token);
      throw error;
    });
  }

  /** The cursor to follow from, or undefined when it was stopped meanwhile. */
  async #fetchOverview(signal: AbortSignal): Promise<string | undefined> {
    const { store, call, clock, backendClock, accessToken } = this.#options;
    // Before the moment is taken: a token that has to be renewed first would make it an early one.
    await accessToken();
    const asked = backendClock.moment();
    const overview = await call('overview.show', {}, { timeoutMs: OVERVIEW_MS });
    if (signal.aborted) return undefined;
    this.#overviewAt = clock.monotonic();
    // Before the state, which has deadlines in it.
    backendClock.answered(overview.now, asked);
    store.apply({ kind: 'overview', overview, clockSkewMs: overview.now - Math.round(clock.now()) });
    return overview.cursor;
  }

  #take(event: BackendEvent): void {
    const { store, clock, backendClock } = this.#options;
    backendClock.heard(event.at);
    switch (event.kind) {
      case 'request-changed':
      case 'grant-changed':
        store.apply(event);
        return;
      case 'access-changed':
      case 'reset':
        this.refresh();
        return;
      case 'heartbeat':
        this.#takeTime(event.at - Math.round(clock.now()), backendClock.now() - event.at);
        return;
      default:
        event satisfies never;
    }
  }

  /** @param heardMs the backend's clock minus ours, as just heard. @param aheadMs how far our reckoning of it is ahead */
  #takeTime(heardMs: number, aheadMs: number): void {
    const { store, clock } = this.#options;
    const known = store.state.clockSkewMs;
    // Not at once after an overview: then it is the network that is slow.
    const isWrong = isSteppedClock(known, heardMs) || runsAhead(aheadMs);
    if (isWrong && clock.monotonic() - this.#overviewAt > OVERVIEW_HOLDS_MS) this.refresh();
    else store.apply({ kind: 'clock', clockSkewMs: clockSkew(known, heardMs) });
  }

  #online(): void {
    this.#openedAt = this.#options.clock.monotonic();
    const { store } = this.#options;
    if (store.state.connection.state !== 'online') store.apply({ kind: 'connection', connection: { state: 'online' } });
  }

  #offline(error: unknown): void {
    const { store, log, clock } = this.#options;
    const known = store.state.connection;
    const since = known.state === 'offline' ? known.since : clock.now();
    if (known.state !== 'offline') log.warn('the backend cannot be followed', error);
    store.apply({ kind: 'connection', connection: { state: 'offline', since, problem: toFailure(error) } });
  }

  #wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#hurry = done;
      signal.addEventListener('abort', done, { once: true });
    });
  }

  dispose(): void {
    this.#unsubscribe();
    this.#stopSteps();
    clearTimeout(this.#stepTimer);
    this.#stop();
  }
}
