import { describe, expect, it } from 'vitest'
import { latestValue } from '../../../src/ui/channel-browser/latest-value.js'
import { plainText } from '../../../src/ui/channel-browser/line.js'
import { compileSearch } from '../../../src/ui/channel-browser/text-search.js'
import { catalogueOf, messageAt } from './browser-in-test.js'

/** A payload as the column of latest values shows it, with hits in `«»`. */
async function shown(payload: unknown, wanted?: string, width = 60): Promise<string> {
  const [entry] = catalogueOf([messageAt(1, 'a', payload)]).channels
  if (!entry?.latest) throw new Error('no message')
  const search = wanted === undefined ? undefined : await compileSearch(wanted)
  const line = latestValue(entry.latest, width, search)
  return line.map((piece) => (piece.style === 'hit' ? `«${plainText([piece])}»` : piece.text)).join('')
}

describe('the latest value on one line', () => {
  it('is JSON without what takes room and says nothing', async () => {
    expect(await shown('{"temperature": 21.60, "on": true}')).toBe('temperature:21.60 on:true')
    expect(await shown({ a: { b: [1, 'x'] }, c: {} })).toBe('a:{b:[1 x]} c:{}')
    expect(await shown([1, { a: null }])).toBe('1 {a:null}')
    expect(await shown('12345678901234567890')).toBe('12345678901234567890')
    expect(await shown('"on"')).toBe('"on"')
  })

  it('is any other text as it was written, on one line', async () => {
    expect(await shown('[INFO] all\nwell')).toBe('[INFO] all well')
    expect(await shown('{"cut":')).toBe('{"cut":')
    expect(await shown('')).toBe('(empty)')
    expect(await shown(Buffer.from([255, 254, 1]))).toBe('0xfffe01')
  })

  it('is large JSON as it was written', async () => {
    expect(await shown({ a: 'x'.repeat(5000) })).toMatch(/^\{"a":"x+$/)
  })

  it('has its hits marked, also those that go from a name to a value', async () => {
    expect(await shown({ state: 'off', mode: 'off' }, 'off')).toBe('state:«off» mode:«off»')
    expect(await shown('{"state":"off"}', 'state":"o')).toBe('«state»:«o»ff')
    expect(await shown('all is off', 'off')).toBe('all is «off»')
  })

  it('begins shortly before the first hit, where that would have no room', async () => {
    expect(await shown({ temperature: 21.6, humidity: 51, state: 'off' }, 'off', 20)).toBe('…state:«off»')
    expect(await shown({ temperature: 21.6, humidity: 51, off: 3, x: 1 }, 'off', 20)).toBe(
      '…ty:51 «off»:3 x:1'
    )
    expect(await shown('a long text with the needle in it', 'needle', 20)).toBe('…h the «needle» in it')
  })

  it('shows nothing that a terminal would obey', async () => {
    expect(await shown({ 'a\x1b[2J': '\u202e' }, 'a')).not.toMatch(/[\x1b\u202e]/)
  })
})
