import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KeyDecoder } from '../../../src/ui/channel-browser/key-decoder.js'

const decoded = (text: string) => new KeyDecoder().decode(Buffer.from(text))
const pointer = (text: string) => decoded(text).map((key) => key.pointer)

describe('reports of the mouse', () => {
  it('say what was done at which cell', () => {
    expect(pointer('\x1b[<0;1;1M')).toEqual([{ action: 'press', column: 0, row: 0 }])
    expect(pointer('\x1b[<0;10;5m')).toEqual([{ action: 'release', column: 9, row: 4 }])
    expect(pointer('\x1b[<32;300;100M')).toEqual([{ action: 'drag', column: 299, row: 99 }])
    expect(pointer('\x1b[<64;2;2M\x1b[<65;2;2M')).toMatchObject([
      { action: 'wheel-up' },
      { action: 'wheel-down' }
    ])
    // Ctrl is held.
    expect(pointer('\x1b[<16;1;1M')).toMatchObject([{ action: 'press' }])
  })

  it('are no keys when they are of no concern: other buttons, other wheels, malformed ones', () => {
    const others = ['1;1;1M', '2;1;1M', '66;1;1M', '128;1;1M', '35;1;1M', '3;1;1m']
    const malformed = [
      'M',
      '0;1M',
      '0;0;1M',
      ';;M',
      '0;1;1;1M',
      '-1;1;1M',
      '0;1;999999M',
      '0;1;1X',
      '0;1;1 M',
      '0:1;1;1M'
    ]
    for (const parameters of [...others, ...malformed])
      expect(decoded(`\x1b[<${parameters}q`), parameters).toEqual([{ name: 'q', text: 'q' }])
  })

  it('are no keys when they are endless, or broken off by another key', () => {
    const endless = new KeyDecoder()
    for (let at = 0; at < 50; at++)
      expect(endless.decode(Buffer.from(at === 0 ? '\x1b[<0' : '123456789'))).toEqual([])
    expect(endless.decode(Buffer.from('Mq'))).toEqual([{ name: 'q', text: 'q' }])
    expect(decoded('\x1b[<0;12\x1b[A')).toEqual([{ name: 'up' }])
    expect(decoded('\x1b[<0;12é')).toEqual([{ name: 'é', text: 'é' }])
  })

  it('are no keys when the rest of them comes late', () => {
    const decoder = new KeyDecoder()
    expect(decoder.decode(Buffer.from('\x1b[<0;12'))).toEqual([])
    expect(decoder.undecided).toBe(false)
    expect(decoder.flush()).toEqual([])
    expect(decoder.decode(Buffer.from(';3M'))).toMatchObject([
      { pointer: { action: 'press', column: 11, row: 2 } }
    ])
  })

  it('are no keys in the form of old terminals, whose three characters could be any', () => {
    expect(decoded('\x1b[Mxyqx')).toEqual([{ name: 'x', text: 'x' }])
    expect(decoded('\x1b[M !')).toEqual([])
  })

  it('never come out as anything but one known action, whatever stands between their ends', () => {
    const between = fc.string({ unit: fc.constantFrom(...'0123456789;:<=>?!-. ') })
    fc.assert(
      fc.property(between, fc.constantFrom('M', 'm', 'X', '~'), (text, end) => {
        for (const key of decoded(`\x1b[<${text}${end}`)) {
          expect(key.name).toBe('mouse')
          expect(key.pointer?.column).toBeGreaterThanOrEqual(0)
          expect(key.pointer?.row).toBeGreaterThanOrEqual(0)
          expect(Number.isInteger(key.pointer?.column)).toBe(true)
        }
      })
    )
  })
})
