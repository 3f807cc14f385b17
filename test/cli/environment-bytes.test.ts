import { describe, expect, it } from 'vitest'
import { checkEnvironmentBytes } from '../../src/cli/environment-bytes.js'

const check = (name: string, bytes: Uint8Array | undefined) => () =>
  checkEnvironmentBytes({ [name]: 'p\ufffd' }, () => bytes)
const latin1 = (name: string) => Buffer.from(`A=1\0${name}=p\xff\0B=2\0`, 'latin1')

describe('a variable of the environment', () => {
  it.each(['TIDINGS_BROKER', 'TIDINGS_USERNAME', 'TIDINGS_WILL_PAYLOAD', 'TIDINGS_PROXY'])(
    '%s whose bytes are not UTF-8 is refused, since others would be sent',
    (name) => {
      expect(check(name, latin1(name))).toThrow(
        expect.objectContaining({
          kind: 'bad-input',
          code: 'variable-not-utf8',
          message: `cannot use ${name}: it is not UTF-8`
        })
      )
    }
  )

  it('may hold a U+FFFD', () => {
    expect(check('TIDINGS_BROKER', Buffer.from('TIDINGS_BROKER=p\ufffd\0'))).not.toThrow()
  })

  it.each(['TIDINGS_PASSWORD', 'TIDINGS_HOME', 'OTHER'])('%s may be any bytes', (name) => {
    expect(check(name, latin1(name))).not.toThrow()
  })

  it('passes where the system does not tell the true bytes', () => {
    expect(check('TIDINGS_BROKER', undefined)).not.toThrow()
  })
})
