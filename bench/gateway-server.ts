// A target, and the gateway before it, in a process of their own; with the ssh options for each way to the target.
import { generateKeyPairSync } from 'node:crypto';
import { issueUserCertificate } from '../backend/ca/issue.ts';
import { ed25519Blob } from '../protocol/ssh/public-key.ts';
import { systemClock } from '../protocol/time.ts';
import { World } from '../test/interop/gateway/world.ts';

/** Arguments of ssh up to the host, for each way to the same account on the same sshd. */
export interface Ways {
  folder: string;
  direct: string[];
  gateway: string[];
  /** What people use in place of a gateway: another sshd as a jump host (`ssh -J`). */
  jump: string[];
}

const world = await World.start();
const access = await world.access({ endsAt: Date.now() + 3_600_000 });
const key = generateKeyPairSync('ed25519').privateKey;
const issued = await issueUserCertificate(world.ca, systemClock, {
  ...{ publicKey: ed25519Blob(key), principals: [world.target.login], keyId: 'bench' },
  endsAt: Date.now() + 3_600_000,
  extensions: { 'permit-pty': '', 'permit-port-forwarding': '' },
});
const keyFile = await world.keyFiles(key, issued.line);
const toTarget = [...world.options(keyFile), '-p', String(world.target.port), '-l', world.target.login];
const jump = `ssh ${[...toTarget, '-W', `127.0.0.1:${world.target.port}`, '127.0.0.1'].join(' ')}`;
const ways: Ways = {
  folder: world.folder,
  direct: toTarget,
  gateway: world.sshArguments(access, []),
  jump: [...toTarget, '-o', `ProxyCommand=${jump}`],
};
process.send?.(ways);
// The parent says when; if it dies, that says so too.
process.once('disconnect', () => world.stop());
