import { execFileSync, spawn } from 'node:child_process'
import { pbkdf2 } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { readFileChunks, readWholeFile } from '../../src/files/input.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-input-'))
afterAll(() => rmSync(folder, { recursive: true }))

function fileOf(length: number): string {
  const path = join(folder, 'input')
  writeFileSync(
    path,
    Buffer.from({ length }).map((_, index) => (index * 7) % 251)
  )
  return path
}

/** Makes file reads wait for other work of the thread pool. Returns a function that ends this work and waits for its end. */
function keepThreadPoolBusy(): () => Promise<unknown> {
  let isOver = false
  const work = async (): Promise<void> => {
    while (!isOver) await promisify(pbkdf2)('password', 'salt', 5_000, 64, 'sha512')
  }
  const all = Promise.all(Array.from({ length: 16 }, work))
  return () => {
    isOver = true
    return all
  }
}

describe('a file that is read in chunks', () => {
  it('comes whole and in order, and the next read does not change a chunk', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 600_000 }), async (length) => {
        const path = fileOf(length)
        const chunks: Uint8Array[] = []
        for await (const chunk of readFileChunks(path)) chunks.push(chunk)
        expect(Buffer.concat(chunks).equals(readFileSync(path))).toBe(true)
      }),
      { numRuns: 20 }
    )
  })

  it('is closed if its reader stops early, and no late read takes bytes from the next opened file', async () => {
    const path = fileOf(1_000_000)
    const idle = keepThreadPoolBusy()
    for await (const chunk of readFileChunks(path)) {
      expect(chunk.length).toBeGreaterThan(0)
      break
    }
    // The system reuses the descriptor that has just been closed.
    const descriptor = openSync(path, 'r')
    await idle()
    expect(readFileSync(descriptor).length).toBe(1_000_000)
    closeSync(descriptor)
  })

  it('ends without an error once its signal aborts', async () => {
    const stop = new AbortController()
    let chunks = 0
    for await (const _ of readFileChunks(fileOf(1_000_000), stop.signal)) {
      chunks++
      stop.abort()
    }
    expect(chunks).toBe(1)
  })
})

describe('a file that is read whole', () => {
  it('is bad input where it has no end', () => {
    expect(() => readWholeFile('/dev/zero')).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        message: 'cannot read "/dev/zero": it gives more than 256 MiB'
      })
    )
  })

  it('may be a pipe', () => {
    const pipe = join(folder, 'pipe')
    execFileSync('mkfifo', [pipe])
    const writer = spawn('sh', ['-c', `printf 'a: 1\\n' > '${pipe}'`])
    expect(Buffer.from(readWholeFile(pipe)).toString()).toBe('a: 1\n')
    writer.kill()
  })
})
