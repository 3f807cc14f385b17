import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { keepChannels, MOST_BROKERS, MOST_CHANNELS, recentChannels } from '../../src/files/recent-channels.js'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-recent-'))
  file = join(folder, 'new', 'recent-channels.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

it('channels are kept for each broker, the newest first, in a file for nobody else', () => {
  keepChannels(file, 'local', ['a', 'b'])
  keepChannels(file, 'mqtt://h', ['c'])
  keepChannels(file, 'local', ['d', 'a'])
  expect(recentChannels(file, 'local')).toEqual(['d', 'a', 'b'])
  expect(recentChannels(file, 'mqtt://h')).toEqual(['c'])
  expect(recentChannels(file, 'mqtt://other')).toEqual([])
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(readdirSync(join(folder, 'new'))).toEqual(['recent-channels.json'])
})

it('names come back as they were, whatever is in them', () => {
  const names = ['a\nb', '$(touch x)', 'a\u0000b', '"\\', '__proto__']
  keepChannels(file, 'local', names)
  expect(recentChannels(file, 'local')).toEqual(names)
})

it('the file stays small: the oldest channels and brokers go, and a very long name never comes in', () => {
  keepChannels(file, 'local', ['x'.repeat(100_000)])
  expect(recentChannels(file, 'local')).toEqual([])
  for (let round = 0; round < 3; round++)
    keepChannels(
      file,
      'local',
      Array.from({ length: MOST_CHANNELS }, (_, at) => `${round}/${at}`)
    )
  expect(recentChannels(file, 'local')).toHaveLength(MOST_CHANNELS)
  expect(recentChannels(file, 'local')[0]).toBe('2/0')
  for (let at = 0; at < MOST_BROKERS; at++) keepChannels(file, `mqtt://${at}`, ['a'])
  expect(recentChannels(file, 'local')).toEqual([])
  expect(recentChannels(file, 'mqtt://0')).toEqual(['a'])
})

it('nothing is written where every channel is known', () => {
  keepChannels(file, 'local', ['a', 'b'])
  const before = statSync(file).ino
  keepChannels(file, 'local', ['b'])
  expect(statSync(file).ino).toBe(before)
})

it.each([
  '',
  'nonsense',
  '{}',
  '[1, null, {"broker":1}, {"broker":"local","channels":[1]}]',
  `[${' '.repeat(9e6)}]`
])('a file that holds something else is taken for empty, and then replaced', (text) => {
  keepChannels(file, 'local', ['before'])
  writeFileSync(file, text)
  expect(recentChannels(file, 'local')).toEqual([])
  keepChannels(file, 'local', ['a'])
  expect(recentChannels(file, 'local')).toEqual(['a'])
  expect(readFileSync(file, 'utf8').length).toBeLessThan(100)
})

it('that there is no place for it is no harm', () => {
  writeFileSync(join(folder, 'new'), 'a file')
  keepChannels(file, 'local', ['a'])
  expect(recentChannels(file, 'local')).toEqual([])
})
