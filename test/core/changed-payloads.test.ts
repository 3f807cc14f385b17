import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChangedPayloads } from '../../src/core/changed-payloads.js'

const bytes = (text: string) => Buffer.from(text)

describe('a payload is a change', () => {
  it('if it is the first of its channel, or differs from the last one there', () => {
    const changed = new ChangedPayloads()
    const said = ['a 1', 'a 1', 'b 1', 'a 2', 'a 1', 'b 1'].map((text) => {
      const [channel = '', payload = ''] = text.split(' ')
      return changed.isChanged(channel, bytes(payload))
    })
    expect(said).toEqual([true, false, true, true, true, false])
  })

  it('if it is the first of its key, or differs from the last one of the channel with that key', () => {
    const changed = new ChangedPayloads()
    const said = (
      [
        ['a', 'k', '1'],
        ['a', 'l', '1'],
        ['a', 'k', '1'],
        ['a', 'k', '2'],
        ['a', 'l', '1'],
        ['a', undefined, '1'],
        ['b', 'k', '2'],
        ['a', bytes('k'), '2'],
        ['a', bytes('k'), '2'],
        ['a', '', '1']
      ] as const
    ).map(([channel, key, payload]) => changed.isChanged(channel, bytes(payload), key))
    expect(said).toEqual([true, true, false, true, false, true, true, true, false, true])
  })

  it('never because of another channel or key', () => {
    const text = fc.string({ maxLength: 3, unit: fc.constantFrom('a', '0', '1', ' ', 't', 'b', '\0') })
    fc.assert(
      fc.property(fc.array(fc.tuple(text, fc.option(text, { nil: undefined }))), (places) => {
        const changed = new ChangedPayloads()
        const known = new Set<string>()
        for (const [name, key] of places) {
          const place = JSON.stringify([name, key ?? null])
          expect(changed.isChanged(name, bytes('same'), key)).toBe(!known.has(place))
          known.add(place)
        }
      })
    )
  })

  it('if there is none and there was an empty one, or the reverse', () => {
    const changed = new ChangedPayloads()
    const said = [null, null, bytes(''), bytes(''), null].map((payload) => changed.isChanged('a', payload))
    expect(said).toEqual([true, false, true, false, true])
  })

  it('also where the bytes of the last one have been overwritten since', () => {
    const changed = new ChangedPayloads()
    const view = bytes('1')
    changed.isChanged('a', view)
    view.write('2')
    expect(changed.isChanged('a', view)).toBe(true)
  })

  it('where its channel was forgotten: those that were heard last are remembered', () => {
    const changed = new ChangedPayloads(10_000)
    const isChanged = (at: number) => changed.isChanged(`channel ${at}`, bytes('same'))
    for (let at = 0; at < 1000; at++) isChanged(at)
    expect(isChanged(0)).toBe(true)
    expect([999, 998, 997, 990].map(isChanged)).toEqual([false, false, false, false])
  })

  it('always, if it is too large to remember', () => {
    const changed = new ChangedPayloads(10_000)
    const large = Buffer.alloc(20_000)
    changed.isChanged('b', bytes('1'))
    expect([1, 2, 3].map(() => changed.isChanged('a', large))).toEqual([true, true, true])
    expect(changed.isChanged('b', bytes('1'))).toBe(false)
    expect(changed.isChanged('a', bytes('1'))).toBe(true)
    expect(changed.isChanged('a', large)).toBe(true)
    expect(changed.isChanged('a', bytes('1'))).toBe(true)
  })

  it('exactly where a table of all payloads says so, as long as nothing is forgotten', () => {
    const payload = fc.option(fc.uint8Array({ maxLength: 2 }), { nil: null })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), payload)), (messages) => {
        const changed = new ChangedPayloads()
        const last = new Map<string, string>()
        for (const [channel, each] of messages) {
          const text = each === null ? 'null' : Buffer.from(each).toString('hex')
          expect(changed.isChanged(channel, each)).toBe(last.get(channel) !== text)
          last.set(channel, text)
        }
      })
    )
  })
})
