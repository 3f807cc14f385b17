import { describe, expect, it } from 'vitest'
import { codedKinds, severalNumbersKinds } from '../../../src/core/catalogue/coded-level.js'

const keysOf = (kinds: ReturnType<typeof codedKinds>) => kinds.map(({ key }) => key)

describe('several numbers between words', () => {
  it.each([
    ['rack-1-12', 'numbers rack-#-#'],
    ['SN-2023-000123', 'numbers SN-#-#'],
    ['1.2', 'numbers #.#']
  ])('%s', (level, key) => {
    expect(keysOf(severalNumbersKinds(level))).toEqual([key])
  })

  it('are none where a word follows the last: that may be what is measured', () => {
    expect(severalNumbersKinds('port-1-volts')).toEqual([])
    expect(severalNumbersKinds('volts')).toEqual([])
  })
})

describe('a code', () => {
  it.each([
    ['WX43-K7Q2', 'code #4-#4'],
    ['SN12345', 'code #7'],
    ['unit-a1b2c3', 'code unit-#6'],
    ['lot-2023', 'code lot-#4']
  ])('%s', (level, key) => {
    expect(keysOf(codedKinds(level))).toEqual([key])
  })

  it.each(['kitchen', 'lamp-1', '24dc', '100ms', 'Zone-A1'])('is not %s', (level) => {
    expect(codedKinds(level)).toEqual([])
  })

  it('keeps the word that it starts with', () => {
    expect(codedKinds('unit-a1b2c3')[0]?.word).toBe('unit')
    expect(codedKinds('WX43-K7Q2')[0]?.word).toBeUndefined()
  })

  it('takes two siblings where each is a serial number, and else three', () => {
    const [kind] = codedKinds('WX43-K7Q2')
    expect(kind?.fewest(['WX43-K7Q2', 'A1B2-33C4'])).toBe(2)
    expect(kind?.fewest(['lot-2023', 'lot-2024'])).toBe(3)
  })
})
