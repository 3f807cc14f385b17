import { describe, expect, it } from 'vitest'
import { recordRequestOf } from '../../../src/cli/flags/record.js'

type Flags = Parameters<typeof recordRequestOf>[0]
const flags: Flags = {
  output: 'a.jsonl',
  append: false,
  force: false,
  rotate: undefined,
  size: undefined,
  count: undefined,
  timeout: undefined,
  idle: undefined,
  sync: true,
  verify: undefined,
  json: false,
  retained: 'include'
}
const request = (more: Partial<Flags> = {}, patterns = ['#']) =>
  recordRequestOf({ ...flags, ...more }, patterns)

describe('a recording', () => {
  it('does not go to a file that is named like a position in a history', () => {
    expect(() => request({ output: 'beginning' })).toThrow(
      expect.objectContaining({ kind: 'usage', suggestion: expect.stringContaining('--output ./beginning') })
    )
    expect(request({ output: './beginning' }).output).toBe('./beginning')
  })

  it.each([
    [{}, 'new'],
    [{ append: true }, 'continue'],
    [{ force: true }, 'overwrite']
  ])('with %o is to be: %s', (more, mode) => {
    expect(request(more).mode).toBe(mode)
  })

  it.each([
    ['10MB', { bytes: 10_000_000 }],
    ['64KiB', { bytes: 65_536 }],
    ['64k', { bytes: 65_536 }],
    ['1h', { duration: 3_600_000_000 }],
    // Ten minutes, not ten megabytes.
    ['10m', { duration: 600_000_000 }],
    ['90', { duration: 90_000_000 }]
  ])('goes on in another file at %s', (rotate, at) => {
    expect(request({ rotate }).rotate).toEqual(at)
  })

  it.each(['0', '0MB', '0s'])('cannot go on in another file at %s', (rotate) => {
    expect(() => request({ rotate })).toThrow(expect.objectContaining({ code: 'bad-rotation' }))
  })

  it.each([
    ['no channel', {}, [], 'no-channel'],
    ['no file', { output: undefined }, ['#'], 'no-output'],
    ['a file without a name', { output: '' }, ['#'], 'no-output'],
    ['stdout', { output: '-' }, ['#'], 'stdout-recording']
  ])('is not made with %s', (_what, more, patterns, code) => {
    expect(() => request(more, patterns)).toThrow(expect.objectContaining({ kind: 'usage', code }))
  })
})
