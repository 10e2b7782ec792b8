import { AppError, type ErrorCode, toFailure } from '../../protocol/errors.ts';
import { namesToDecideIn, nameToDecideIn } from '../../protocol/model/access.ts';
import type { Decision, Verdict } from '../../protocol/model/decision.ts';
import type { Person } from '../../protocol/model/identity.ts';
import { type AccessRequest, transition } from '../../protocol/model/request.ts';
import { auditRefusal } from '../audit/refusals.ts';
import { withPlacesLocked } from '../delegation/places.ts';
import { extendGrant } from '../grants/extend.ts';
import { giveGrant } from '../grants/give.ts';
import { isDatabaseAway } from '../storage/database.ts';
import { newId } from '../storage/ids.ts';
import type { Tx } from '../storage/transaction.ts';
import { lockRequest, maySee, type StoredRequest } from './load.ts';
import { noRequest, type RequestServices } from './requests.ts';
import { announce, auditDecision, insertDecision, writeOutcome } from './write.ts';

/** An approver's word, and the revision they saw. */
export interface Word {
  verdict: Verdict;
  revision: number;
  reason: string;
  durationSeconds?: number | undefined;
}

export interface DecisionServices extends Omit<RequestServices, 'onlineAmong'> {
  /** Accidents that no reply carries, for the log. */
  onError: (error: unknown) => void;
}

/** What came of one word among several. */
export interface WordResult {
  id: string;
  request: AccessRequest | null;
  problem: { code: ErrorCode; detail: string } | null;
}

/** Deciding what others ask for, in one's own name or in that of an absent approver. Each refusal is audited. */
export class Decisions {
  readonly #with: DecisionServices;

  constructor(services: DecisionServices) {
    this.#with = services;
  }

  /**
   * One approver's word. The last one needed gives the grant, in the same transaction; its clock starts then.
   * @throws AppError 'not-found', which is also said of a request that is none of this person's business
   */
  async decide(person: Person, id: string, word: Word): Promise<AccessRequest> {
    const { database, clock } = this.#with;
    const details = { verdict: word.verdict, revision: word.revision };
    return auditRefusal(database, clock, { kind: 'decision.refused', actor: person, subject: id, details }, () =>
      database.inTransaction(async (tx) => {
        const request = await lockRequest(tx.db, id);
        if (!request) throw noRequest();
        return this.#write(tx, request, person, word);
      }),
    );
  }

  /** Several words, one after the other, each in a transaction of its own: what fails keeps nothing else from standing. */
  async decideMany(person: Person, words: readonly (Word & { id: string })[]): Promise<WordResult[]> {
    const results: WordResult[] = [];
    for (const { id, ...word } of words) {
      try {
        results.push({ id, request: await this.decide(person, id, word), problem: null });
      } catch (error) {
        results.push({ id, request: null, problem: this.#problemOf(error) });
      }
    }
    return results;
  }

  async #write(tx: Tx, request: StoredRequest, caller: Person, word: Word): Promise<AccessRequest> {
    const { clock } = this.#with;
    const policy = this.#with.policy();
    const { id } = request.view;
    const person = await withPlacesLocked(tx.db, caller, policy, clock.now());
    if (!maySee(request, person)) throw noRequest();
    const now = clock.now();
    const decision = decisionOf(person, request, word, now);
    const outcome = transition(request.facts, { kind: 'decide', decision, revision: word.revision }, now);
    await insertDecision(tx, request, decision);
    await writeOutcome(tx, request, outcome, now);
    auditDecision(tx, request, decision);
    if (outcome.state === 'approved') {
      const fulfil = request.view.extendsGrantId === null ? giveGrant : extendGrant;
      await fulfil(tx, request, outcome.durationSeconds, now, policy.duties.admins);
    }
    return announce(tx, id, now, policy);
  }

  #problemOf(error: unknown): WordResult['problem'] {
    if (isDatabaseAway(error))
      return { code: 'unavailable', detail: 'The backend cannot reach its database; try again in a moment.' };
    if (!(error instanceof AppError)) this.#with.onError(error);
    const { code, message } = toFailure(error);
    return { code, detail: message };
  }
}

/** The word in the name in which it counts. Who has none left, or never had one, is refused by `transition`. */
function decisionOf(person: Person, { view }: StoredRequest, word: Word, now: number): Decision {
  const { id, name, email } = person;
  const free = nameToDecideIn(view, person);
  const place = free === undefined ? (namesToDecideIn(view, person)[0] ?? null) : free;
  return {
    id: newId('dec', now),
    approver: { id, name, email },
    groups: (place ?? person).groups,
    verdict: word.verdict,
    reason: word.reason.trim(),
    onBehalfOf: place?.person ?? null,
    ...(word.durationSeconds === undefined ? {} : { durationSeconds: word.durationSeconds }),
    at: now,
  };
}
