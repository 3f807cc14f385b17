import { describe, expect, it } from 'vitest'
import { checkArgumentBytes } from '../../src/cli/argument-bytes.js'

const check = (argument: string, bytes: Uint8Array | undefined) => () =>
  checkArgumentBytes(['publish', argument], () => bytes)

describe('an argument', () => {
  it('whose bytes are not UTF-8 is refused, since others would be sent', () => {
    expect(check('inv\ufffd', Buffer.from('node\0publish\0inv\xff\0', 'latin1'))).toThrow(
      expect.objectContaining({ kind: 'usage', code: 'argument-not-utf8' })
    )
  })

  it('may hold a U+FFFD that was typed as such', () => {
    expect(check('inv\ufffd', Buffer.from('node\0publish\0inv\ufffd\0'))).not.toThrow()
  })

  it('passes where the system does not tell the true bytes', () => {
    expect(check('inv\ufffd', undefined)).not.toThrow()
  })
})
