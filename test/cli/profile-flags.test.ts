import { expect, it } from 'vitest'
import { connectionFlags } from '../../src/cli/flags/connection.js'
import { profileFlagsOf } from '../../src/cli/profile-flags.js'
import { camelCase } from '../../src/core/profile/profile-table.js'
import { readProfile } from '../../src/core/profile/read-profile.js'

/** A value of each kind of key. */
const VALUES = ['5s', true, 1, 'NAME=x', '5', 'x']

function isKey(key: string): boolean {
  return VALUES.some((value) => {
    try {
      readProfile({ broker: 'a', cert: 'c', key: 'k', [key]: value }, [], (path) => path)
      return true
    } catch {
      return false
    }
  })
}

it('every connection flag but --profile is a key', () => {
  const names = Object.keys(connectionFlags).filter((name) => name !== 'profile')
  expect(names.filter((name) => !isKey(camelCase(name)))).toEqual([])
  expect(isKey('profile')).toBe(false)
})

it('every key is a flag again', () => {
  const settings = readProfile({ broker: 'a' }, [], (path) => path)
  const names = [...Object.keys(profileFlagsOf(settings)), 'profile', 'password', 'password-file']
  expect(names.sort()).toEqual(Object.keys(connectionFlags).sort())
})
