import type { Algorithms } from 'ssh2';

/** Sent as our identification on both legs. Only to a peer whose name begins so do OpenSSH programs say that they stopped reading (eow@openssh.com); without it `ssh host yes | head -1` hangs. */
export const IDENT = 'OpenSSH_9.2 Sallyport';

/** What ssh2 can do, without SHA-1 and without compression (which would hide the messages from us). */
export const TRANSPORT_ALGORITHMS = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group14-sha256',
  ],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
  compress: ['none'],
} as const satisfies Algorithms;
