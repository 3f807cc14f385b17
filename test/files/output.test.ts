import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs, { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileOutput } from '../../src/files/output.js'

describe.skipIf(process.platform !== 'linux')('a full disk', () => {
  it('is a failure with its reason', () => {
    const fd = fs.openSync('/dev/full', 'w')
    try {
      expect(() => fileOutput(fd, 'stdout').write('x')).toThrow(
        expect.objectContaining({
          kind: 'output',
          code: 'disk-full',
          message: 'cannot write to stdout: no space left on the device'
        })
      )
    } finally {
      fs.closeSync(fd)
    }
  })

  it('is one for pieces, too', () => {
    const fd = fs.openSync('/dev/full', 'w')
    try {
      expect(() => fileOutput(fd, 'stdout').writePieces?.([Buffer.from('x'), Buffer.from('y')])).toThrow(
        expect.objectContaining({ kind: 'output', code: 'disk-full' })
      )
    } finally {
      fs.closeSync(fd)
    }
  })
})

it('pieces come one behind the other, also where a reader takes a part of them at a time', async () => {
  const pieces = [300_000, 0, 1, 200_000, 70_000].map((size, at) => Buffer.alloc(size, at + 1))
  const folder = mkdtempSync(join(tmpdir(), 'tidings-output-'))
  const path = join(folder, 'read')
  try {
    const file = fs.openSync(path, 'w')
    // A pipe of ours does not block, and holds less than all pieces.
    const reader = spawn('cat', { stdio: ['pipe', file, 'inherit'] })
    fs.closeSync(file)
    const { fd } = (reader.stdin as unknown as { readonly _handle: { readonly fd: number } })._handle
    void fileOutput(fd, 'pipe').writePieces?.(pieces)
    reader.stdin?.end()
    await once(reader, 'close')
    expect(fs.readFileSync(path).equals(Buffer.concat(pieces))).toBe(true)
  } finally {
    fs.rmSync(folder, { recursive: true })
  }
})
