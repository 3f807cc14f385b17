import fc from 'fast-check'
import { parse } from 'smol-toml'
import { describe, expect, it } from 'vitest'
import { withoutProfile, withProfile, withProfileInUse } from '../../../src/files/profiles/edit-profiles.js'
import { parseProfiles } from '../../../src/files/profiles/parse-profiles.js'

const FILE = 'profiles.toml'
const TEXT = `# mine

use = 'home' # most of the time

# the house
[profiles.home]
broker = "mqtts://home.example" # since May
keepalive = "1m"

# the plant
[profiles.plant]
broker = [
  "mqtt://a", # the first
  "mqtt://b"
]
# the end
`

describe('an edit leaves alone what it does not change', () => {
  it('adding a profile', () => {
    expect(withProfile(TEXT, 'b', { broker: 'mqtt://b' }, FILE)).toBe(
      `${TEXT}\n[profiles.b]\nbroker = "mqtt://b"\n`
    )
    expect(withProfile('', 'b', { broker: 'mqtt://b' }, FILE)).toBe('[profiles.b]\nbroker = "mqtt://b"\n')
  })

  it('removing a profile, with the comment above it', () => {
    expect(withoutProfile(TEXT, 'plant', FILE)).toBe(
      `${TEXT.slice(0, TEXT.indexOf('# the plant'))}# the end\n`
    )
  })

  it('removing the profile in use, of which the file speaks no more', () => {
    expect(withoutProfile(TEXT, 'home', FILE)).toBe(`# mine\n\n\n${TEXT.slice(TEXT.indexOf('# the plant'))}`)
  })

  it('choosing a profile', () => {
    expect(withProfileInUse(TEXT, 'plant', FILE)).toBe(TEXT.replace("use = 'home' #", 'use = "plant" #'))
    expect(withProfileInUse(TEXT, undefined, FILE)).toBe(TEXT.replace(/^use.*\n/m, ''))
    const unused = withProfileInUse(TEXT, undefined, FILE)
    expect(parse(withProfileInUse(unused, 'home', FILE))).toEqual(parse(TEXT))
    expect(withProfileInUse(unused, 'home', FILE)).toMatch(/^# mine\n\nuse = "home"\n/)
  })

  it('with the line ends of Windows', () => {
    const text = TEXT.replaceAll('\n', '\r\n')
    expect(parse(withProfileInUse(text, 'plant', FILE)).use).toBe('plant')
    expect(withoutProfile(text, 'plant', FILE)).toContain('# since May\r\n')
  })
})

it('what only an editor can change is left as it is', () => {
  const text = 'profiles = { home = { broker = "mqtt://a" } }'
  expect(() => withProfile(text, 'b', { broker: 'mqtt://b' }, FILE)).toThrow('only an editor can change')
})

it('a profile written in dotted keys can be removed', () => {
  const text = 'profiles.a.broker = "mqtt://a"\nprofiles.b.broker = "mqtt://b"\n'
  expect(withoutProfile(text, 'a', FILE)).toBe('profiles.b.broker = "mqtt://b"\n')
})

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,8}$/)
const text = fc.string({ unit: 'grapheme', minLength: 1 })
const values = fc.record(
  {
    broker: fc.oneof(text, fc.array(text, { minLength: 1 })),
    username: text,
    password: fc.string({ unit: 'binary' }).map((each) => each.toWellFormed()),
    passwordTimeout: fc.constant('5s'),
    passwordCommand: fc.array(text, { minLength: 1 }),
    willQos: fc.constantFrom(0, 1, 2),
    protect: fc.boolean()
  },
  { requiredKeys: ['broker'] }
)

it('what is written is read as it was, whatever stood there before, and is gone when it is removed', () => {
  fc.assert(
    fc.property(fc.dictionary(name, values), name, values, (others, added, table) => {
      const before = Object.entries(others)
        .filter(([other]) => other !== added)
        .reduce((all, [other, each]) => withProfile(all, other, each, FILE), '# mine\n')
      const after = withProfileInUse(withProfile(before, added, table, FILE), added, FILE)
      expect(JSON.stringify(parse(after).profiles)).toContain(JSON.stringify({ [added]: table }).slice(1, -1))
      expect(parse(withoutProfile(after, added, FILE))).toEqual(parse(before))
    })
  )
})

it('what is read of a profile is what was written', () => {
  fc.assert(
    fc.property(text, text, (broker, username) => {
      const written = withProfile('', 'a', { broker, username }, FILE)
      const profile = parseProfiles(written, { file: FILE, folder: '/', home: '/' }).all.get('a')
      expect(profile?.settings).toMatchObject({ broker: [broker], username })
      expect(profile?.lines.get('username')).toBe(3)
    })
  )
})
