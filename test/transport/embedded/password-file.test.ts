import { pbkdf2Sync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { parsePasswordFile } from '../../../src/transport/embedded/password-file.js'

/** What mosquitto_passwd 2.0.11 wrote for user ada with the password "correct horse". */
const ADA =
  'ada:$7$101$bmo08IDwVQtdkwm/$m9y+l1mrI+yRvPsgVUCATaNUzjJH+4uVg1kBIb544ZxaADPPZgsxtynRqzUSkwzzoi83tnW/lquZuqc/cGH4tA=='

function line(user: string, password: string, iterations = 101): string {
  const salt = Buffer.from('twelve bytes')
  const hash = pbkdf2Sync(password, salt, iterations, 64, 'sha512')
  return `${user}:$7$${iterations}$${salt.toString('base64')}$${hash.toString('base64')}`
}

describe('a password file', () => {
  const check = parsePasswordFile(`# people\n${ADA}\r\n\n${line('bob', 'other', 5)}\n`, 'f')

  test.each([
    ['ada', 'correct horse', true],
    ['bob', 'other', true],
    ['ada', 'other', false],
    ['ada', '', false],
    ['eve', 'correct horse', false],
    ['__proto__', 'x', false]
  ])('%s with "%s": %s', async (user, password, right) => {
    expect(await check(user, Buffer.from(password))).toBe(right)
  })

  test('without a name or a password nobody is let in', async () => {
    expect(await check(undefined, Buffer.from('correct horse'))).toBe(false)
    expect(await check('ada', undefined)).toBe(false)
  })

  test.each([
    ['plain text', 'ada:secret', 'line 1: its password is not hashed (USER:$7$…)'],
    ['an older hash', 'ada:$6$salt$hash', 'line 1: its password is not hashed (USER:$7$…)'],
    ['a line without a user', `${line('a', 'b')}\n:x`, 'line 2: it names no user'],
    ['a hash of no bytes', 'ada:$7$101$YWJj$y', 'line 1: its hash is damaged'],
    ['a hash that was cut', ADA.slice(0, -8), 'line 1: its hash is damaged'],
    ['no salt', ADA.replace('bmo08IDwVQtdkwm/', 'b'), 'line 1: its hash is damaged'],
    ['no iteration', line('ada', 'secret', 1).replace('$1$', '$0$'), 'line 1: its hash is damaged'],
    ['nobody', '# nobody\n', 'line 1: the file names no user']
  ])('with %s is refused, and nothing in it is shown', (_what, text, why) => {
    let error: unknown
    try {
      parsePasswordFile(text, 'people.txt')
    } catch (reason) {
      error = reason
    }
    expect(error).toMatchObject({
      kind: 'bad-input',
      code: 'bad-password-file',
      message: `cannot read password file "people.txt": ${why}`
    })
    expect(String(error)).not.toContain('secret')
  })
})
