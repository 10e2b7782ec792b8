import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import { z } from 'zod';

interface Kept {
  payload: AdapterPayload;
  /** Epoch ms, or never. */
  endsAt: number;
}

/** What is written down when there is a file: enough to go on with a sign-in, and nothing that only a browser waits for. */
const LASTING = new Set(['RefreshToken', 'Grant']);
const fileSchema = z.array(
  z.tuple([z.string(), z.object({ payload: z.record(z.string(), z.unknown()), endsAt: z.number() })]),
);

/**
 * Keeps what one demo identity provider remembers in memory, and in a file what sign-ins go on with: without it everybody
 * would be signed out when the demo is started again. Two providers share nothing.
 *
 * Browser sessions are not kept: two apps of one computer share a browser, and who signs in to the second as somebody
 * else would first have to sign out of the first.
 */
export function demoStorage(file: string | undefined, now: () => number = Date.now): (model: string) => Adapter {
  const kept = new Map<string, Kept>(file === undefined ? [] : readKept(file));
  const save = file === undefined ? async () => undefined : saver(file, kept, now);

  return (model) => {
    const keyOf = (id: string): string => `${model}:${id}`;
    const find = (id: string): AdapterPayload | undefined => {
      const found = kept.get(keyOf(id));
      if (!found) return undefined;
      if (found.endsAt > now()) return found.payload;
      kept.delete(keyOf(id));
      return undefined;
    };
    const findWhere = (field: 'uid' | 'userCode', value: string): AdapterPayload | undefined => {
      for (const [key, { payload, endsAt }] of kept) {
        if (key.startsWith(`${model}:`) && payload[field] === value && endsAt > now()) return payload;
      }
      return undefined;
    };
    return {
      upsert: async (id, payload, expiresIn) => {
        if (model === 'Session') return;
        kept.set(keyOf(id), { payload, endsAt: expiresIn ? now() + expiresIn * 1000 : Number.MAX_SAFE_INTEGER });
        await save(model);
      },
      find: async (id) => find(id),
      findByUid: async (uid) => findWhere('uid', uid),
      findByUserCode: async (userCode) => findWhere('userCode', userCode),
      consume: async (id) => {
        const found = find(id);
        if (found) found.consumed = Math.floor(now() / 1000);
        await save(model);
      },
      destroy: async (id) => {
        kept.delete(keyOf(id));
        await save(model);
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of kept) {
          if (key.startsWith(`${model}:`) && payload.grantId === grantId) kept.delete(key);
        }
        await save(model);
      },
    };
  };
}

/** What was kept, without what cannot be read: a demo that forgot asks people to sign in again, and no more. */
function readKept(file: string): [string, Kept][] {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return [];
  }
}

/** Writes the file whole, one write after the other. Resolves once what was kept at the call is on disk. */
function saver(file: string, kept: Map<string, Kept>, now: () => number): (model: string) => Promise<void> {
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    const lasting = [...kept].filter(([key, { endsAt }]) => LASTING.has(key.split(':', 1)[0] ?? '') && endsAt > now());
    await writeFile(`${file}.new`, JSON.stringify(lasting), { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  return async (model) => {
    if (!LASTING.has(model)) return;
    writing = writing.catch(() => undefined).then(write);
    await writing;
  };
}
