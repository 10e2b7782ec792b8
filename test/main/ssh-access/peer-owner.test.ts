import { describe, expect, it } from 'vitest';
import { ConnectionTables, ownerIn, peerOwner } from '../../../main/ssh-access/peer-owner.ts';

const HEAD =
  '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode                     \n';
const LOOPBACK = '0100007F';
const MAPPED = '0000000000000000FFFF00000100007F';
/** Their port 40000, ours 33333. */
const connection = { from: 40_000, to: 33_333 };

interface Line {
  address?: string;
  from?: string;
  to?: string;
  state?: string;
  uid?: string;
  inode?: string;
}

function line({ address = LOOPBACK, from = '9C40', to = '8235', state = '01', uid = ' 1000', inode = '52' }: Line) {
  const ends = `${address}:${from} ${address}:${to} ${state}`;
  return `   7: ${ends} 00000000:00000000 00:00000000 00000000 ${uid}        0 ${inode} 1 0000000000000000 20 4 30 10 -1\n`;
}

describe('the owner of a connection, in Linux’ table', () => {
  it.each<[string, string, number]>([
    ['is the user id of its line', line({}), 1_000],
    ['is found among others', `${line({ from: '9C41', uid: '1' })}${line({})}${line({ to: '8236', uid: '2' })}`, 1_000],
    [
      'is found though our own end is listed first',
      `${line({ from: '8235', to: '9C40', uid: '7' })}${line({})}`,
      1_000,
    ],
    ['may have an IPv6 socket', line({ address: MAPPED }), 1_000],
    ['may be root', line({ uid: '    0' }), 0],
    ['may have a long number', line({ uid: '4294967294' }), 4_294_967_294],
  ])('%s', (_what, lines, uid) => {
    expect(ownerIn(`${HEAD}${lines}`, connection, 'LE')).toBe(uid);
  });

  it('is found by a processor of the other byte order', () => {
    const swapped = { address: '7F000001', uid: '1000' };
    expect(ownerIn(line(swapped), connection, 'BE')).toBe(1_000);
    expect(ownerIn(line({ ...swapped, address: '00000000000000000000FFFF7F000001' }), connection, 'BE')).toBe(1_000);
    expect(ownerIn(line(swapped), connection, 'LE')).toBeUndefined();
  });

  it.each<[string, string]>([
    ['no line', ''],
    ['another port of theirs', line({ from: '9C41' })],
    ['another port of ours', line({ to: '8236' })],
    ['only our own end', line({ from: '8235', to: '9C40' })],
    ['another address', line({ address: '0200007F' })],
    ['one address that ends alike', line({ address: '000000000000000000000000FFFF0000' })],
    ['a connection that its program has closed', line({ state: '04', uid: '    0', inode: '0' })],
    ['one that waits to be forgotten', line({ state: '06', uid: '    0', inode: '0' })],
    ['one that nobody holds', line({ inode: '0' })],
    ['a user id that is none', line({ uid: '-1' })],
    ['a line that breaks off', line({}).slice(0, 50)],
  ])('is nobody for %s', (_what, lines) => {
    expect(ownerIn(`${HEAD}${lines}`, connection, 'LE')).toBeUndefined();
  });
});

describe('looking connections up', () => {
  function tables(...texts: (string | Error)[]) {
    const asked: string[] = [];
    const looks = new ConnectionTables(async (file) => {
      await new Promise((resolve) => setImmediate(resolve));
      asked.push(file);
      if (file.endsWith('6')) throw new Error('no IPv6');
      const text = texts.length > 1 ? texts.shift() : texts[0];
      if (text instanceof Error) throw text;
      return text ?? '';
    });
    return { looks, reads: () => asked.filter((file) => file === '/proc/net/tcp').length };
  }
  it('looks again when the kernel passed over a line, and no oftener', async () => {
    const { looks, reads } = tables(HEAD, `${HEAD}${line({})}`);
    expect(await looks.ownerOf(connection)).toBe(1_000);
    expect(reads()).toBe(2);
    const none = tables(HEAD);
    expect(await none.looks.ownerOf(connection)).toBeUndefined();
    expect(none.reads()).toBe(2);
  });

  it('reads once for all that ask before it begins, and anew for those that ask while it runs', async () => {
    const { looks, reads } = tables(line({}));
    const first = looks.ownerOf(connection);
    const rest = Array.from({ length: 50 }, () => looks.ownerOf(connection));
    expect(await Promise.all([first, ...rest])).toEqual(Array(51).fill(1_000));
    expect(reads()).toBe(2);
    await looks.ownerOf(connection);
    expect(reads()).toBe(3);
  });

  it('says so when the table cannot be read, and tries anew for the next', async () => {
    const { looks } = tables(new Error('EACCES'), line({}));
    await expect(looks.ownerOf(connection)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await looks.ownerOf(connection)).toBe(1_000);
  });

  it.each(['darwin', 'win32'] as const)('is not possible on %s', (platform) => {
    expect(peerOwner(platform)).toBeUndefined();
  });
});
