import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffLines } from '../../../src/core/json/line-diff.js'

const lines = fc.array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
const told = (before: string[], after: string[]) =>
  diffLines(before, after).map(({ kind, text }) => `${kind} ${text}`)

describe('what changed from one list of lines to the other', () => {
  it('is listed with the lines that stayed', () => {
    expect(told(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([
      'same a',
      'removed b',
      'added x',
      'same c',
      'added d'
    ])
  })

  it('turns each list into the other', () => {
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after)
        expect(diff.filter(({ kind }) => kind !== 'added').map(({ text }) => text)).toEqual(before)
        expect(diff.filter(({ kind }) => kind !== 'removed').map(({ text }) => text)).toEqual(after)
      })
    )
  })

  it('has no change if nothing changed', () => {
    fc.assert(
      fc.property(lines, (same) => {
        expect(diffLines(same, same)).toEqual(same.map((text) => ({ kind: 'same', text })))
      })
    )
  })

  it('treats texts that are too long to compare as replaced', () => {
    const before = Array.from({ length: 2000 }, (_, at) => `old ${at}`)
    const after = Array.from({ length: 2000 }, (_, at) => `new ${at}`)
    const diff = diffLines(['first', ...before], ['first', ...after])
    expect(diff[0]).toEqual({ kind: 'same', text: 'first' })
    expect(diff).toHaveLength(4001)
  })
})
