import fc from 'fast-check'
import { stringify } from 'smol-toml'
import { expect, it } from 'vitest'
import { tomlPlaces } from '../../../src/core/profile/toml-places.js'

const seen = (text: string) =>
  tomlPlaces(text).map(({ kind, path, line }) => `${line} ${kind} ${path.join('/')}`)

it('names the line of each header and key', () => {
  const text = `# about all of it
use = "home"

[profiles.home] # the house
broker = "mqtts://[::1]" # not a [header]
  "alpn" = [
    "a", # ]
    "b]",
  ]

[ profiles . "prod eu" ]
'color' = 'red'
note = """
[profiles.none]
x = 1 \\""" """
literal = '''
y = "'''
wsHeader = { a = "}", b = [1] }
a.b = 1`
  expect(seen(text)).toEqual([
    '2 key use',
    '4 table profiles/home',
    '5 key profiles/home/broker',
    '6 key profiles/home/alpn',
    '11 table profiles/prod eu',
    '12 key profiles/prod eu/color',
    '13 key profiles/prod eu/note',
    '16 key profiles/prod eu/literal',
    '18 key profiles/prod eu/wsHeader',
    '19 key profiles/prod eu/a/b'
  ])
})

it('finds no place in comments and blank lines', () => {
  expect(seen('')).toEqual([])
  expect(seen('\r\n# a = 1\r\n\t # [b]')).toEqual([])
})

it('finds every key of what the library writes, and cuts the text without a gap', () => {
  const value = fc.oneof(fc.string(), fc.boolean(), fc.integer(), fc.array(fc.string()))
  const table = fc.dictionary(fc.string({ minLength: 1 }), value)
  fc.assert(
    fc.property(fc.dictionary(fc.string({ minLength: 1 }), table), (root) => {
      const text = stringify(root)
      const places = tomlPlaces(text)
      const keys = places.filter(({ kind }) => kind === 'key').map(({ path }) => JSON.stringify(path))
      const wanted = Object.entries(root).flatMap(([name, values]) =>
        Object.keys(values).map((key) => JSON.stringify([name, key]))
      )
      expect(keys.sort()).toEqual(wanted.sort())
      for (const [at, { end }] of places.entries())
        expect(text.slice(end, places[at + 1]?.start ?? text.length).trim()).toBe('')
    })
  )
})
