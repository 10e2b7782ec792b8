import { expect, test } from 'vitest';
import { networkOf } from '../../../backend/http/network-of.ts';

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:0:0:1::', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::', '0:0:0:0::/64'],
  ['not an address', 'not an address'],
  ['', ''],
])('%j counts as %j', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  ['neighbours in IPv4', '192.0.2.7', '192.0.2.8'],
  ['neighbours in IPv4 on a socket for both', '::ffff:192.0.2.7', '::ffff:192.0.2.8'],
  ['two lines of IPv6', '2001:db8:1:2::1', '2001:db8:1:3::1'],
])('%s are two', (_, one, other) => {
  expect(networkOf(one)).not.toBe(networkOf(other));
});
