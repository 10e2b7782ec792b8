import { describe, expect, it } from 'vitest';
import { SshFormatError, SshReader } from '../../../protocol/ssh/reader.ts';
import { SshWriter } from '../../../protocol/ssh/writer.ts';

describe('SshReader', () => {
  it('reads back what SshWriter wrote', () => {
    const bytes = new SshWriter()
      .byte(7)
      .boolean(true)
      .uint32(0xffff_fffe)
      .uint64(2n ** 64n - 1n)
      .string('grüße')
      .string(Buffer.from([0, 1]))
      .raw(Buffer.from('end'))
      .bytes();
    const reader = new SshReader(bytes);
    expect(reader.byte()).toBe(7);
    expect(reader.boolean()).toBe(true);
    expect(reader.uint32()).toBe(0xffff_fffe);
    expect(reader.uint64()).toBe(2n ** 64n - 1n);
    expect(reader.text()).toBe('grüße');
    expect(reader.string()).toEqual(Buffer.from([0, 1]));
    expect(reader.raw(3).toString()).toBe('end');
    reader.end();
  });

  it.each<[string, (reader: SshReader) => unknown, number[]]>([
    ['a byte from nothing', (r) => r.byte(), []],
    ['a uint32 from three bytes', (r) => r.uint32(), [0, 0, 1]],
    ['a uint64 from seven bytes', (r) => r.uint64(), [0, 0, 0, 0, 0, 0, 1]],
    ['a string that is one byte short', (r) => r.string(), [0, 0, 0, 2, 65]],
    ['a string of 4 GiB', (r) => r.string(), [255, 255, 255, 255, 65]],
    ['text that is not UTF-8', (r) => r.text(), [0, 0, 0, 1, 0xff]],
    ['text with a NUL in it', (r) => r.text(), [0, 0, 0, 1, 0]],
    ['the end while a byte is left', (r) => r.end(), [1]],
  ])('refuses %s', (_what, read, bytes) => {
    expect(() => read(new SshReader(Buffer.from(bytes)))).toThrow(SshFormatError);
  });

  it('does not read past a view into a larger buffer', () => {
    const view = Buffer.from([0, 0, 0, 4, 65, 66, 67, 68]).subarray(0, 6);
    expect(() => new SshReader(view).string()).toThrow(SshFormatError);
  });
});
