import { expect, it } from 'vitest'
import type { Profiles } from '../../src/core/profile/profile.js'
import { readProfile } from '../../src/core/profile/read-profile.js'
import { formatProfiles, formatSettings, profileChoices } from '../../src/ui/profile-report.js'

const profile = (name: string, values: Record<string, unknown>) =>
  [name, { name, settings: readProfile(values, [], (path) => path), lines: new Map() }] as const
const profiles: Profiles = {
  file: 'profiles.toml',
  inUse: 'home',
  all: new Map([
    profile('home', { broker: 'mqtt://ada:s3cret@a' }),
    profile('production', { broker: ['mqtt://b', 'mqtt://c'], protect: true })
  ])
}

it('profiles are a table, in which a star marks the one in use', () => {
  expect(formatProfiles(profiles)).toBe(
    '*  home        mqtt://ada:***@a\n   production  mqtt://b, mqtt://c  protected\n'
  )
})

it('the choices are the profiles, and the local broker at the end', () => {
  expect(profileChoices(profiles).map(({ name }) => name)).toEqual([
    'home        mqtt://ada:***@a',
    'production  mqtt://b, mqtt://c',
    'local       the embedded broker of this computer'
  ])
})

it('what a terminal would obey is made visible', () => {
  expect(formatSettings([{ key: 'username', value: '\x1b[2J', from: 'default' }])).toBe(
    'username  \\u001b[2J  default\n'
  )
})
