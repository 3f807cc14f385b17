import { describe, expect, it } from 'vitest'
import { formatHexDump } from '../../src/ui/hex-dump.js'

describe('a hex dump', () => {
  it('shows the offset, the bytes, and what of them can be printed', () => {
    expect(formatHexDump(Buffer.from('tidings\0\xff and more', 'latin1'), 80)).toEqual([
      '0000  74 69 64 69 6e 67 73 00 ff 20 61 6e 64 20 6d 6f  |tidings.. and mo|',
      '0010  72 65                                            |re|'
    ])
  })

  it('is narrower where there is little room', () => {
    const [first = '', second] = formatHexDump(Buffer.alloc(9, 'a'), 40)
    expect(first.length).toBeLessThanOrEqual(41)
    expect(second).toMatch(/^0008 {2}61 /)
  })

  it('shows the first 256 bytes, and counts the rest', () => {
    expect(formatHexDump(Buffer.alloc(256), 80)).toHaveLength(16)
    const lines = formatHexDump(Buffer.alloc(300), 80)
    expect(lines).toHaveLength(17)
    expect(lines.at(-1)).toContain('44 more bytes')
  })

  it('of nothing has no line', () => {
    expect(formatHexDump(new Uint8Array(), 80)).toEqual([])
  })
})
