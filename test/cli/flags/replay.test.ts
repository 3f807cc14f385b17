import { describe, expect, it } from 'vitest'
import { replayFlags, replayRequestOf, replayWishesOf, withLoopValue } from '../../../src/cli/flags/replay.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { mqttTarget } from '../../support/mqtt-target.js'

type Flags = Parameters<typeof replayRequestOf>[0]
const flags: Flags = {
  where: undefined,
  changed: undefined,
  speed: 1,
  from: undefined,
  to: undefined,
  channel: undefined,
  exclude: undefined,
  skip: 0,
  count: undefined,
  map: undefined,
  prefix: undefined,
  qos: undefined,
  create: false,
  partitions: undefined,
  retain: 'keep',
  'shift-time': undefined,
  'max-gap': undefined,
  loop: undefined,
  'catch-up': false,
  'skip-invalid': false,
  format: undefined,
  'dry-run': false,
  json: false,
  strict: false,
  'null-as-empty': false,
  'drain-timeout': 1000,
  'ack-timeout': 30_000
}
const request = (more: Partial<Flags> = {}) =>
  replayRequestOf(
    { ...flags, ...more },
    { recorded: mqttGrammar, target: mqttGrammar },
    mqttTarget(),
    () => undefined
  )

/** What a flag's parser makes of a text. */
const parse = (name: 'speed' | 'loop', text: string) =>
  replayFlags[name].parse(text, Object.create(null), Object.create(null))

describe('the speed', () => {
  it.each([
    ['2', 2],
    ['0.1', 0.1],
    ['1000', 1000],
    ['max', Number.POSITIVE_INFINITY]
  ])('%s', async (text, speed) => {
    expect(await parse('speed', text)).toBe(speed)
  })

  it.each(['0', '0.05', '1001', '-1', '1e2', 'fast', ''])('is not %j', async (text) => {
    await expect(parse('speed', text)).rejects.toMatchObject({ kind: 'usage', code: 'bad-speed' })
  })
})

describe('rounds', () => {
  it('are so many, or for ever', async () => {
    expect(await parse('loop', '3')).toBe(3)
    expect(await parse('loop', 'forever')).toBe(Number.POSITIVE_INFINITY)
    for (const text of ['0', '-1', '1.5', 'x'])
      await expect(parse('loop', text)).rejects.toMatchObject({ code: 'bad-loop' })
  })

  it.each([
    [
      ['f', '--loop'],
      ['f', '--loop=forever']
    ],
    [
      ['--loop', 'f'],
      ['--loop=forever', 'f']
    ],
    [
      ['--loop', '3', 'f'],
      ['--loop', '3', 'f']
    ],
    [['--loop=2'], ['--loop=2']],
    // A file of that name.
    [
      ['--', '--loop'],
      ['--', '--loop']
    ]
  ])('of %j are %j', (argv, seen) => {
    expect(withLoopValue(argv)).toEqual(seen)
  })
})

describe('what a replay is asked', () => {
  it('is everything as it was recorded, once, where no flag says otherwise', () => {
    const { rounds, maxGap, selection, changes } = request()
    expect([rounds, maxGap, selection.count]).toEqual([1, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY])
    expect(changes.rename('a/b')).toBe('a/b')
  })

  it('may send to other channels, and move timestamps', () => {
    const { changes, maxGap } = request({
      map: ['a/# -> b/#'],
      prefix: 'test',
      'shift-time': ['/t/0'],
      'max-gap': 5
    })
    expect(changes.rename('a/x')).toBe('test/b/x')
    expect(changes.timestamps).toEqual([['t', '0']])
    expect(maxGap).toBe(5000)
  })

  it.each([
    ['a bad pattern', { channel: ['a#'] }],
    ['a bad rule', { map: ['a'] }],
    ['a bad pointer', { 'shift-time': ['t'] }]
  ])('is no %s', (_what, more) => {
    expect(() => request(more)).toThrow(expect.objectContaining({ kind: 'usage' }))
  })

  it('takes of a broker only what it asks for', () => {
    const wishes = (qos: 0 | 1 | 2 | undefined, retain: 'keep' | 'clear' | 'set', create = false) =>
      replayWishesOf({ qos, retain, create }).map(([, capability]) => capability)
    expect(wishes(undefined, 'clear')).toEqual([])
    expect(wishes(2, 'set')).toEqual(['exactly-once', 'retained'])
    expect(wishes(0, 'keep')).toEqual(['at-most-once'])
    expect(wishes(undefined, 'keep', true)).toEqual(['creating'])
  })
})
