import { MESSAGE } from '../../protocol/ssh/names.ts';
import { SshWriter } from '../../protocol/ssh/writer.ts';

/** RFC 4253 section 11.1. */
export const DISCONNECT = { serviceNotAvailable: 7, byApplication: 11, noMoreAuthMethods: 14 } as const;
/** RFC 4254 section 5.1. */
export const OPEN_FAILURE = { prohibited: 1, connectFailed: 2, resourceShortage: 4 } as const;
/** RFC 4254 section 5.2: the only extended data there is. */
const STDERR = 1;

/** The last message of a connection; OpenSSH shows the sentence to the person. */
export function disconnect(reason: number, sentence: string): Buffer {
  return new SshWriter().byte(MESSAGE.disconnect).uint32(reason).string(sentence).string('').bytes();
}

/** Text for the person while they log in (RFC 4252 section 5.4). */
export function banner(text: string): Buffer {
  return new SshWriter().byte(MESSAGE.userauthBanner).string(`${text}\r\n`).string('').bytes();
}

/** @param rest what follows for this type of channel; a session has nothing there */
export function channelOpen(
  type: string,
  sender: number,
  window: number,
  maxPacket: number,
  rest: Buffer = Buffer.alloc(0),
): Buffer {
  return new SshWriter()
    .byte(MESSAGE.channelOpen)
    .string(type)
    .uint32(sender)
    .uint32(window)
    .uint32(maxPacket)
    .raw(rest)
    .bytes();
}

export function channelOpenConfirmation(recipient: number, sender: number, window: number, maxPacket: number): Buffer {
  return new SshWriter()
    .byte(MESSAGE.channelOpenConfirmation)
    .uint32(recipient)
    .uint32(sender)
    .uint32(window)
    .uint32(maxPacket)
    .bytes();
}

export function channelOpenFailure(recipient: number, reason: number, sentence: string): Buffer {
  return new SshWriter()
    .byte(MESSAGE.channelOpenFailure)
    .uint32(recipient)
    .uint32(reason)
    .string(sentence)
    .string('')
    .bytes();
}

/** EOF, CLOSE, SUCCESS or FAILURE: a channel number and nothing else. */
export function channelMessage(
  type: 'channelEof' | 'channelClose' | 'channelSuccess' | 'channelFailure',
  recipient: number,
): Buffer {
  return new SshWriter().byte(MESSAGE[type]).uint32(recipient).bytes();
}

export function channelData(recipient: number, data: Buffer): Buffer {
  return new SshWriter().byte(MESSAGE.channelData).uint32(recipient).string(data).bytes();
}

export function channelStderr(recipient: number, data: Buffer): Buffer {
  return new SshWriter().byte(MESSAGE.channelExtendedData).uint32(recipient).uint32(STDERR).string(data).bytes();
}

/** A channel request without reply. */
export function channelRequest(recipient: number, type: string, data: Buffer): Buffer {
  return new SshWriter().byte(MESSAGE.channelRequest).uint32(recipient).string(type).boolean(false).raw(data).bytes();
}

export function exitStatus(recipient: number, status: number): Buffer {
  return channelRequest(recipient, 'exit-status', new SshWriter().uint32(status).bytes());
}

/** @param name without "SIG" (RFC 4254 section 6.9) */
export function signal(recipient: number, name: string): Buffer {
  return channelRequest(recipient, 'signal', new SshWriter().string(name).bytes());
}
