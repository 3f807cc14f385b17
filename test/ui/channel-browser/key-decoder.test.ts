import { describe, expect, it } from 'vitest'
import { KeyDecoder } from '../../../src/ui/channel-browser/key-decoder.js'

/** The keys of several reads. */
const read = (...reads: string[]) => {
  const decoder = new KeyDecoder()
  return reads.flatMap((text) => decoder.decode(Buffer.from(text)))
}

describe('a bracketed paste that never ends', () => {
  it('is ended by Ctrl-C, which is read by itself; what had come of it is pasted', () => {
    expect(read('\x1b[200~half', ' of it', '\x03', 'q')).toEqual([
      { name: 'paste', text: 'half of it' },
      { name: 'q', text: 'q' }
    ])
  })

  it('leaves the next Ctrl-C to the browser, also if both are read at once', () => {
    expect(read('\x1b[200~half', '\x03\x03')).toEqual([{ name: 'paste', text: 'half' }, { name: 'ctrl-c' }])
  })

  it('is ended also where the beginning of an end mark had come', () => {
    expect(read('\x1b[200~half\x1b[20', '\x03', 'q')).toEqual([
      { name: 'paste', text: 'half\x1b[20' },
      { name: 'q', text: 'q' }
    ])
  })

  it('is not ended by a Ctrl-C that stands in what was pasted', () => {
    expect(read('\x1b[200~a\x03b', ' and \x03', 'c\x1b[201~')).toEqual([
      { name: 'paste', text: 'a\x03b and \x03c' }
    ])
  })
})
