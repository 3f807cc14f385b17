import { describe, expect, it } from 'vitest'
import { readProfile } from '../../../src/core/profile/read-profile.js'

const read = (values: Record<string, unknown>) =>
  readProfile({ broker: 'mqtt://a', ...values }, ['profiles', 'home'], (path) => `/abs/${path}`)
const problem = (values: Record<string, unknown>): string => {
  try {
    read(values)
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return 'no problem'
}

describe('a profile', () => {
  it('says in its own kinds what flags say', () => {
    expect(
      read({ keepalive: '1m', wait: 3, insecure: true, willQos: 1, ca: 'ca.pem', alpn: 'x', color: 'red' })
    ).toMatchObject({
      broker: ['mqtt://a'],
      keepalive: 60_000,
      wait: 3000,
      insecure: true,
      willQos: 1,
      ca: '/abs/ca.pem',
      alpn: ['x'],
      color: 'red'
    })
  })

  it('has its password from one place', () => {
    expect(read({ passwordFile: 'p' }).secret).toEqual({ kind: 'file', file: '/abs/p' })
    expect(read({ passwordCommand: ['pass', 'show'] }).secret).toEqual({
      kind: 'command',
      command: ['pass', 'show'],
      timeout: 60_000
    })
    expect(problem({ passwordFile: 'p', password: 'x' })).toBe(
      '"password" is there, too: one password is enough'
    )
  })

  it.each([
    [{ keepaliv: '5s' }, 'there is no such key; did you mean "keepalive"?'],
    [{ 'client-id': 'x' }, 'there is no such key; did you mean "clientId"?'],
    [{ colour: 'red' }, 'there is no such key; did you mean "color"?'],
    [{ xyzzy: 1 }, 'there is no such key'],
    [{ color: 'rde' }, 'it must be one of red, green, yellow, blue, magenta, cyan; did you mean "red"?'],
    [{ keepalive: 'soon' }, 'it must be a duration such as "250ms", "30s" or "1m30s"'],
    [{ keepalive: true }, 'it must be a duration such as "30s", or a number of seconds'],
    [{ insecure: 'yes' }, 'it must be true or false'],
    [{ username: 7 }, 'it must be a text in quotes'],
    [{ username: '' }, 'it is empty'],
    [{ alpn: [1] }, 'it must be a text in quotes, or a list of such texts'],
    [
      { passwordCommand: 'pass show' },
      'it must be a list: a program and its arguments, such as ["pass", "show", "broker"]'
    ],
    [{ passwordTimeout: '5s' }, 'there is no "passwordCommand" that it could be for'],
    [{ cert: 'c.pem' }, '"key" is missing: the two go together'],
    [{ wsHeader: 'token' }, 'it must be NAME=VALUE'],
    [{ broker: undefined }, 'it is missing: a profile names its broker']
  ])('%j is refused', (values, why) => {
    expect(problem(values)).toBe(why)
  })

  it('has no keys of objects', () => {
    expect(problem({ constructor: 'x' })).toContain('there is no such key')
    expect(read({}).username).toBeUndefined()
  })
})
