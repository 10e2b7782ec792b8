import type { Adapter, AdapterPayload } from 'oidc-provider';

interface Kept {
  payload: AdapterPayload;
  /** Epoch ms, or never. */
  endsAt: number;
}

/**
 * Keeps what one demo identity provider remembers in memory, for as long as it runs. Two providers share nothing.
 *
 * Browser sessions are not kept: two apps of one computer share a browser, and who signs in to the second as somebody
 * else would first have to sign out of the first.
 */
export function memoryStorage(now: () => number = Date.now): (model: string) => Adapter {
  const kept = new Map<string, Kept>();

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
        kept.set(keyOf(id), { payload, endsAt: expiresIn ? now() + expiresIn * 1000 : Number.POSITIVE_INFINITY });
      },
      find: async (id) => find(id),
      findByUid: async (uid) => findWhere('uid', uid),
      findByUserCode: async (userCode) => findWhere('userCode', userCode),
      consume: async (id) => {
        const found = find(id);
        if (found) found.consumed = Math.floor(now() / 1000);
      },
      destroy: async (id) => {
        kept.delete(keyOf(id));
      },
      revokeByGrantId: async (grantId) => {
        for (const [key, { payload }] of kept) {
          if (key.startsWith(`${model}:`) && payload.grantId === grantId) kept.delete(key);
        }
      },
    };
  };
}
