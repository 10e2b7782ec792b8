/** Names on the SSH wire that more than one file uses. Sources: RFC 4251–4254, RFC 8709, OpenSSH PROTOCOL and PROTOCOL.certkeys. */

export const ED25519 = 'ssh-ed25519';
export const ED25519_CERTIFICATE = 'ssh-ed25519-cert-v01@openssh.com';

/** Extension of an access certificate: the id of the grant it proves. */
export const GRANT_EXTENSION = 'grant@sallyport.dev';

/**
 * Critical option of an access certificate: it opens the gateway only. A target's sshd refuses a certificate with a
 * critical option it does not know, whatever its principals.
 */
export const GATEWAY_ONLY_OPTION = 'gateway-only@sallyport.dev';

/** Message numbers (RFC 4250 section 4.1.2, RFC 8308). */
export const MESSAGE = {
  disconnect: 1,
  extInfo: 7,
  userauthRequest: 50,
  userauthBanner: 53,
  globalRequest: 80,
  requestFailure: 82,
  channelOpen: 90,
  channelOpenConfirmation: 91,
  channelOpenFailure: 92,
  channelWindowAdjust: 93,
  channelData: 94,
  channelExtendedData: 95,
  channelEof: 96,
  channelClose: 97,
  channelRequest: 98,
  channelSuccess: 99,
  channelFailure: 100,
} as const;
