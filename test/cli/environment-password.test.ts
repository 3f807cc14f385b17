import { describe, expect, it } from 'vitest'
import { environmentPassword } from '../../src/cli/environment-password.js'

const system =
  (...variables: (string | Uint8Array)[]) =>
  () =>
    Buffer.concat(variables.flatMap((each) => [Buffer.from(each), Buffer.of(0)]))
const damaged = { TIDINGS_PASSWORD: 'p\ufffd' }

describe('the password of the environment', () => {
  it('is the text of its variable, and none where that is empty', () => {
    const read = () => {
      throw new Error('the system need not be asked')
    }
    expect(environmentPassword({ TIDINGS_PASSWORD: 'sécret' }, read)).toBe('sécret')
    expect(environmentPassword({ TIDINGS_PASSWORD: '' }, read)).toBeUndefined()
    expect(environmentPassword({}, read)).toBeUndefined()
  })

  it('is its bytes, as the system has them, where they are no UTF-8', () => {
    const bytes = Buffer.from([...Buffer.from('TIDINGS_PASSWORD=p'), 0xff])
    expect(environmentPassword(damaged, system('A=1', bytes, 'B=2'))).toEqual(Buffer.of(0x70, 0xff))
  })

  it('may really have a U+FFFD', () => {
    expect(environmentPassword(damaged, system('TIDINGS_PASSWORD=p\ufffd'))).toBe('p\ufffd')
  })

  it.each([
    ['the system does not tell', () => undefined],
    ['the system does not know it', system('A=1')]
  ])('cannot be used where %s', (_where, read) => {
    expect(() => environmentPassword(damaged, read)).toThrow(
      expect.objectContaining({ kind: 'bad-input', code: 'password-not-utf8' })
    )
  })
})
