/**
 * Where a CA key lives. The default keeps it sealed in a file (file-signer.ts); a PKCS#11 token, a KMS or a process
 * on another host fits behind the same two members.
 */
export interface Signer {
  /** The CA's public key as a plain Ed25519 blob. */
  readonly publicBlob: Buffer;
  /** 64 raw bytes of Ed25519 over `data`. */
  sign(data: Buffer): Promise<Buffer>;
}
