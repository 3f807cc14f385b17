import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkOutboxFormat, markOutboxFormat } from '../../../src/files/outbox/outbox-format.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-format-'))
})
afterEach(() => rmSync(folder, { recursive: true }))
const mark = (text: string) => writeFileSync(join(folder, 'format'), text)

describe('an outbox', () => {
  it('is marked once, and can be used then', () => {
    markOutboxFormat(folder)
    expect(readdirSync(folder)).toEqual(['format'])
    expect(readFileSync(join(folder, 'format'), 'utf8')).toBe('tidings outbox 2\n')
    expect(() => checkOutboxFormat(folder)).not.toThrow()
    mark('tidings outbox 1\nmore')
    markOutboxFormat(folder)
    expect(readFileSync(join(folder, 'format'), 'utf8')).toBe('tidings outbox 1\nmore')
  })

  it('of version 0.1 has no mark, and one after a crash may have an empty one', () => {
    expect(() => checkOutboxFormat(folder)).not.toThrow()
    mark('')
    expect(() => checkOutboxFormat(folder)).not.toThrow()
    markOutboxFormat(folder)
    expect(readFileSync(join(folder, 'format'), 'utf8')).not.toBe('')
  })

  it.each(['tidings outbox 3\n', 'tidings outbox 0\n', 'tidings outbox 2', 'something else'])(
    'is not touched where its mark says %j',
    (text) => {
      mark(text)
      expect(() => checkOutboxFormat(folder)).toThrow(
        expect.objectContaining({ kind: 'bad-input', code: 'newer-outbox' })
      )
    }
  )
})
