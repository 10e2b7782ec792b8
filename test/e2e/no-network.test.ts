import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Person } from '../support/person.ts';

let erin: Person;
let stun: Socket;
let turn: Server;
let asked = 0;

beforeAll(async () => {
  erin = await Person.start('Erin Okafor', {
    executable: inject('executable'),
    display: inject('display'),
    backend: 'https://backend.invalid',
  });
  stun = createSocket('udp4');
  stun.on('message', () => {
    asked += 1;
  });
  stun.bind(0, '127.0.0.1');
  await once(stun, 'listening');
  turn = createServer((socket) => {
    asked += 1;
    socket.destroy();
  });
  turn.listen(0, '127.0.0.1');
  await once(turn, 'listening');
});

afterAll(async () => {
  stun?.close();
  turn?.close();
  await erin?.dispose();
});

/** Everything a page can do to have WebRTC ask a server; resolves when it has given up or been answered. */
const gather = async (servers: string): Promise<void> => {
  const peer = new RTCPeerConnection({ iceServers: [{ urls: servers, username: 'x', credential: 'x' }] });
  peer.createDataChannel('x');
  await peer.setLocalDescription(await peer.createOffer());
  await new Promise<void>((resolve) => {
    setTimeout(resolve, 3_000);
  });
  peer.close();
};

const port = (server: Socket | Server): number => (server.address() as AddressInfo).port;

test.each([
  ['UDP', () => `stun:127.0.0.1:${port(stun)}`],
  ['TCP', () => `turn:127.0.0.1:${port(turn)}?transport=tcp`],
] as const)(
  'a page reaches nobody by WebRTC over %s, of which a content security policy knows nothing',
  async (_what, where) => {
    asked = 0;
    const page = await erin.app.window('popover');
    await page.evaluate(gather, where());
    expect(asked).toBe(0);
  },
);
