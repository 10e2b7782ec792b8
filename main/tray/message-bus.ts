import { connect, type Socket } from 'node:net';

/** What is read of a signal: what happened (`member`) and its leading strings and booleans. */
export interface BusSignal {
  member: string;
  args: (string | boolean)[];
}

/** Where the session bus listens, out of `unix:path=…` or `unix:abstract=…` (D-Bus Specification, "Server Addresses"). */
export function busSocketPath(address: string): string | undefined {
  for (const one of address.split(';')) {
    const [transport, ...rest] = one.split(':');
    if (transport !== 'unix') continue;
    const keys = new Map(
      rest
        .join(':')
        .split(',')
        .map((pair) => pair.split('=', 2) as [string, string]),
    );
    const path = keys.get('path');
    if (path) return decodeURIComponent(path);
    const abstract = keys.get('abstract');
    if (abstract) return `\0${decodeURIComponent(abstract)}`;
  }
  return undefined;
}

/**
 * Listens to signals of the session bus, and nothing else: about as much of D-Bus as `dbus-monitor` needs. Electron
 * offers none, and a library would bring the rest of it. Returns the function that stops it.
 * @param rules match rules, see D-Bus Specification, "Match Rules"
 * @param onEnd the bus is gone, or refused us; nothing follows
 */
export function listenToBus(
  socketPath: string,
  rules: readonly string[],
  onSignal: (signal: BusSignal) => void,
  onEnd: (error?: Error) => void,
): () => void {
  const socket = connect(socketPath);
  let bytes: Buffer = Buffer.alloc(0);
  let greeted = false;
  socket.on('connect', () => {
    // SASL EXTERNAL: the socket itself proves the uid.
    const uid = Buffer.from(String(process.getuid?.() ?? 0)).toString('hex');
    socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
  });
  socket.on('data', (more: Buffer) => {
    bytes = Buffer.concat([bytes, more]);
    if (!greeted) {
      const end = bytes.indexOf('\r\n');
      if (end < 0) return;
      if (!bytes.subarray(0, end).toString().startsWith('OK ')) {
        socket.destroy(new Error('the message bus refused us'));
        return;
      }
      greeted = true;
      bytes = bytes.subarray(end + 2);
      greet(socket, rules);
    }
    for (let size = messageSize(bytes); size > 0 && bytes.length >= size; size = messageSize(bytes)) {
      const signal = readSignal(bytes.subarray(0, size));
      bytes = bytes.subarray(size);
      if (signal) onSignal(signal);
    }
  });
  let failure: Error | undefined;
  socket.on('error', (error) => {
    failure = error;
  });
  socket.on('close', () => onEnd(failure));
  return () => {
    socket.removeAllListeners('close');
    socket.destroy();
  };
}

function greet(socket: Socket, rules: readonly string[]): void {
  const calls = [methodCall(1, 'Hello'), ...rules.map((rule, i) => methodCall(i + 2, 'AddMatch', rule))];
  socket.write(Buffer.concat([Buffer.from('BEGIN\r\n'), ...calls]));
}

const align = (at: number, to: number): number => Math.ceil(at / to) * to;

/** A string as D-Bus writes it: length, bytes, NUL. */
function string(text: string): Buffer {
  const bytes = Buffer.from(`${text}\0`);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length - 1);
  return Buffer.concat([length, bytes]);
}

/**
 * A call to the bus itself (D-Bus Specification, "Message Format"):
 *   byte 'l', byte type (1: call), byte flags (1: no reply wanted), byte 1, uint32 body length, uint32 serial,
 *   array of struct (byte code, variant), padded to 8, body
 */
function methodCall(serial: number, member: string, argument?: string): Buffer {
  const fields: [number, string, string][] = [
    [1, 'o', '/org/freedesktop/DBus'],
    [2, 's', 'org.freedesktop.DBus'],
    [3, 's', member],
    [6, 's', 'org.freedesktop.DBus'],
  ];
  let array = Buffer.alloc(0);
  const pad = (to: number): Buffer => Buffer.alloc(align(array.length, to) - array.length);
  for (const [code, type, value] of fields) {
    array = Buffer.concat([array, pad(8), Buffer.from([code, 1, type.charCodeAt(0), 0]), string(value)]);
  }
  // Field 8: the body's signature, a string with a length of one byte.
  if (argument !== undefined) array = Buffer.concat([array, pad(8), Buffer.from([8, 1, 0x67, 0, 1, 0x73, 0])]);
  const body = argument === undefined ? Buffer.alloc(0) : string(argument);
  const head = Buffer.alloc(16);
  head.set([0x6c, 1, argument === undefined ? 0 : 1, 1]);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(serial, 8);
  head.writeUInt32LE(array.length, 12);
  return Buffer.concat([head, array, Buffer.alloc(align(array.length, 8) - array.length), body]);
}

/** Whole size of the message that begins here, or 0 when its head is not all there. */
function messageSize(bytes: Buffer): number {
  if (bytes.length < 16) return 0;
  const word = wordsOf(bytes);
  return 16 + align(word(12), 8) + word(4);
}

function wordsOf(bytes: Buffer): (at: number) => number {
  return bytes[0] === 0x6c ? (at) => bytes.readUInt32LE(at) : (at) => bytes.readUInt32BE(at);
}

/** The signal in a message, or undefined for any other message. */
function readSignal(message: Buffer): BusSignal | undefined {
  if (message[1] !== 4) return undefined;
  const word = wordsOf(message);
  const text = (at: number): string => message.subarray(at + 4, at + 4 + word(at)).toString();
  const fieldsEnd = 16 + word(12);
  let member = '';
  let signature = '';
  for (let at = 16; at < fieldsEnd; at = align(at, 8)) {
    const code = message[at];
    const type = String.fromCharCode(message[at + 2] ?? 0);
    at += 4;
    if (type === 'g') {
      const length = message[at] ?? 0;
      if (code === 8) signature = message.subarray(at + 1, at + 1 + length).toString();
      at += length + 2;
    } else if (type === 's' || type === 'o') {
      if (code === 3) member = text(at);
      at += 4 + word(at) + 1;
    } else {
      at += 4;
    }
  }
  const args: (string | boolean)[] = [];
  let at = align(fieldsEnd, 8);
  for (const type of signature) {
    if (type !== 's' && type !== 'b') break;
    at = align(at, 4);
    args.push(type === 's' ? text(at) : word(at) !== 0);
    at += 4 + (type === 's' ? word(at) + 1 : 0);
  }
  return { member, args };
}

/** Where the session bus of this desktop listens. @param env of this process */
export function sessionBus(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const runtime = env.XDG_RUNTIME_DIR;
  const address = env.DBUS_SESSION_BUS_ADDRESS ?? (runtime === undefined ? '' : `unix:path=${runtime}/bus`);
  return busSocketPath(address);
}

/** Where the bus of the whole computer listens (D-Bus Specification, "Well-known Message Bus Instances"). */
export function systemBus(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return busSocketPath(env.DBUS_SYSTEM_BUS_ADDRESS ?? 'unix:path=/var/run/dbus/system_bus_socket');
}
