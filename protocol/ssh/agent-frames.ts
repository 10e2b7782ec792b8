import { SshFormatError } from './reader.ts';

/** Longest message that is read, bytes. A request to sign holds a certificate and at most one large host key. */
export const LONGEST_AGENT_MESSAGE = 64 * 1024;

/**
 * Cuts a byte stream into agent messages (draft-ietf-sshm-ssh-agent, "Protocol Messages"), however it was chopped:
 *   uint32  length
 *   byte    type
 *   byte[length - 1]  contents
 * Yields type and contents. Throws SshFormatError at an empty or too long message, before it is kept in memory.
 */
export async function* readFrames(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let pending: Buffer[] = [];
  let size = 0;
  for await (const chunk of source) {
    pending.push(chunk);
    size += chunk.length;
    while (size >= 4) {
      if (pending[0]!.length < 4) pending = [Buffer.concat(pending)];
      const length = pending[0]!.readUInt32BE(0);
      if (length === 0 || length > LONGEST_AGENT_MESSAGE) {
        throw new SshFormatError(`an agent message of ${length} bytes`);
      }
      if (size < 4 + length) break;
      const whole = pending.length === 1 ? pending[0]! : Buffer.concat(pending);
      const rest = whole.subarray(4 + length);
      pending = rest.length > 0 ? [rest] : [];
      size = rest.length;
      yield whole.subarray(4, 4 + length);
    }
  }
}

/** A message with its length before it. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.allocUnsafe(4);
  length.writeUInt32BE(message.length);
  return Buffer.concat([length, message]);
}
