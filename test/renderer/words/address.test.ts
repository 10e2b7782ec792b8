import { describe, expect, test } from 'vitest';
import { addressInLink, placeInWords, troubleInWords } from '../../../renderer/words/address.ts';

describe('where a backend is, in one line', () => {
  test.each([
    ['https://sallyport.example.com', 'sallyport.example.com'],
    ['https://sallyport.example.com:8443', 'sallyport.example.com:8443'],
    ['http://127.0.0.1:4380', '127.0.0.1:4380, on this computer'],
    ['http://localhost:4380', 'localhost:4380, on this computer'],
    ['http://[::1]:4380', '[::1]:4380, on this computer'],
    ['https://localhost.example.com', 'localhost.example.com'],
    ['https://127.0.0.1.example.com', '127.0.0.1.example.com'],
    ['not an address', 'not an address'],
    ['', ''],
  ])('%s', (origin, words) => {
    expect(placeInWords(origin)).toBe(words);
  });
});

describe('the address in a link that was pasted', () => {
  test.each([
    ['sallyport://join?org=sallyport.example.com', 'sallyport.example.com'],
    ['sallyport://join/?org=https%3A%2F%2Fsallyport.example.com%3A8443', 'https://sallyport.example.com:8443'],
    ['  sallyport://join?org=sallyport.example.com\n', 'sallyport.example.com'],
    ['SALLYPORT://JOIN?ORG=sallyport.example.com', 'sallyport.example.com'],
    ['sallyport.example.com', null],
    ['https://sallyport.example.com', null],
    ['https://join?org=sallyport.example.com', null],
    ['sallyport://join?org=', null],
    ['sallyport://join?org=a.example&more=b.example', null],
    ['sallyport://join?org=a.example b.example', null],
    ['sallyport://connect?org=a.example', null],
    ['sallyport://join?org=%E0%A4%A', null],
    ['', null],
  ])('%j', (typed, address) => {
    expect(addressInLink(typed)).toBe(address);
  });
});

describe('what to do about a backend that could not be chosen', () => {
  const words = { nobody: 'Is it right?', stranger: 'Ask your IT.' };
  test.each([
    ['offline', 'It failed. Is it right?'],
    ['timed-out', 'It failed. Is it right?'],
    ['unavailable', 'It failed. Ask your IT.'],
    ['not-found', 'It failed. Ask your IT.'],
    ['invalid-input', 'It failed.'],
    ['not-allowed', 'It failed.'],
    ['policy-invalid', 'It failed.'],
  ] as const)('%s', (code, said) => {
    expect(troubleInWords({ code, message: 'It failed.' }, words)).toBe(said);
  });
});
