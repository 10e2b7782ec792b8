/** Thrown for bytes that are not what the SSH wire format says; never for what they mean. */
export class SshFormatError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SshFormatError';
  }
}

/**
 * Reads SSH wire types (RFC 4251 section 5) in order. Strict: a length past the end throws, and `end()` throws when
 * bytes are left, so that two readers can never disagree about what a message says. The buffers it returns are views.
 */
export class SshReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Uint8Array, start = 0) {
    this.#bytes = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = start;
  }

  /** How many bytes have been read; useful to cut what a signature covers. */
  get position(): number {
    return this.#at;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  #take(length: number): number {
    const start = this.#at;
    if (length > this.#bytes.length - start) throw new SshFormatError('an SSH message ends before its last field');
    this.#at = start + length;
    return start;
  }

  byte(): number {
    return this.#bytes[this.#take(1)]!;
  }

  /** RFC 4251: any value but 0 is true. */
  boolean(): boolean {
    return this.byte() !== 0;
  }

  uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  uint64(): bigint {
    return this.#bytes.readBigUInt64BE(this.#take(8));
  }

  /** A view of the next `length` raw bytes. */
  raw(length: number): Buffer {
    const start = this.#take(length);
    return this.#bytes.subarray(start, start + length);
  }

  /** A `string`: a view of its bytes. */
  string(): Buffer {
    return this.raw(this.uint32());
  }

  /** A `string` that must be valid UTF-8 without NUL: names are compared, shown and logged. */
  text(): string {
    const bytes = this.string();
    const text = bytes.toString('utf8');
    if (text.includes('\0') || !Buffer.from(text, 'utf8').equals(bytes)) {
      throw new SshFormatError('a text field of an SSH message is not plain UTF-8');
    }
    return text;
  }

  /** Throws unless everything was read. */
  end(): void {
    if (this.left !== 0) throw new SshFormatError(`an SSH message has ${this.left} bytes after its last field`);
  }
}
