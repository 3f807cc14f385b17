import { expect, test } from 'vitest'
import { parseListenAddress } from '../../src/cli/listen-address.js'

test.each([
  ['127.0.0.1:18943', '--listen', '127.0.0.1', 18943],
  ['18943', '--listen', '127.0.0.1', 18943],
  ['127.0.0.1', '--listen', '127.0.0.1', 1883],
  ['localhost', '--ws', 'localhost', 8080],
  ['[::1]', '--listen', '::1', 1883],
  ['[fe80::1%eth0]:1', '--listen', 'fe80::1%eth0', 1],
  ['[fe80::1%25eth0]', '--ws', 'fe80::1%eth0', 8080],
  ['[::1]:0', '--ws', '::1', 0]
] as const)('%s after %s is %s, port %i', (text, flag, host, port) => {
  expect(parseListenAddress(text, flag)).toEqual({ host, port, webSocket: flag === '--ws' })
})
