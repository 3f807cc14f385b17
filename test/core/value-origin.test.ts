import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countsInUse, originOf } from '../../src/core/value-origin.js'

const set = (...names: string[]) => new Set(names)
const origin = (
  flag: string,
  { flags = set(), variables = set(), keys = set(), isNamed = false, none = false }
) => originOf(flag, { flags, variables }, none ? undefined : { keys, isNamed })

describe('a value comes from', () => {
  const everywhere = { flags: set('wait'), variables: set('wait'), keys: set('wait') }
  it.each([
    ['flag', { ...everywhere, isNamed: true }],
    ['profile', { ...everywhere, flags: set(), isNamed: true }],
    ['environment', { ...everywhere, flags: set() }],
    ['profile', { keys: set('wait') }],
    ['default', {}]
  ])('the %s', (from, given) => {
    expect(origin('wait', given)).toBe(from)
  })
})

it('the credentials of the environment never reach the broker of a profile', () => {
  for (const flag of ['password', 'password-file', 'ws-header'])
    for (const isNamed of [true, false]) {
      const given = { variables: set('password', 'password-file', 'ws-header'), isNamed }
      expect(origin(flag, given)).toBe('default')
      expect(origin(flag, { ...given, keys: set('password', 'ws-header') })).toBe('profile')
      expect(origin(flag, { ...given, none: true })).toBe('environment')
    }
})

it('a file of a password on the command line beats the password of a profile', () => {
  expect(origin('password', { flags: set('password-file'), keys: set('password'), isNamed: true })).toBe(
    'flag'
  )
})

it('the profile in use counts only where nobody names a broker', () => {
  expect(countsInUse({ flags: set(), variables: set('keepalive') })).toBe(true)
  expect(countsInUse({ flags: set('broker'), variables: set() })).toBe(false)
  expect(countsInUse({ flags: set(), variables: set('broker') })).toBe(false)
})

it('a flag on the command line always wins, and an absent value is the default', () => {
  const names = fc.constantFrom('wait', 'ca', 'password', 'ws-header', 'broker')
  const some = fc.array(names).map((list) => new Set(list))
  fc.assert(
    fc.property(names, some, some, fc.boolean(), (flag, variables, keys, isNamed) => {
      expect(origin(flag, { flags: set(flag), variables, keys, isNamed })).toBe('flag')
      const found = origin(flag, { variables, keys, isNamed })
      if (!variables.has(flag) && !keys.has(flag) && flag !== 'password') expect(found).toBe('default')
    })
  )
})
