import { pbkdf2 } from 'node:crypto'
import { closeSync, mkdtempSync, openSync, promises, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { isStream, readFileChunks } from '../../src/files/file-chunks.js'
import { makePipe } from '../support/make-pipe.js'

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

describe.skipIf(process.platform === 'win32')('a named pipe', () => {
  /** A pipe, and what comes through it. */
  function pipeIn(name: string) {
    const pipe = makePipe(folder, name)
    const stop = new AbortController()
    const read = async () => {
      const chunks: Uint8Array[] = []
      for await (const chunk of readFileChunks(pipe, stop.signal)) chunks.push(chunk)
      return Buffer.concat(chunks).toString()
    }
    return { pipe, stop, reading: read() }
  }

  it('is waited for until somebody writes, and read until all writers have left', async () => {
    const { pipe, reading } = pipeIn('written')
    const [first, second] = await Promise.all([promises.open(pipe, 'w'), promises.open(pipe, 'w')])
    await first.write('a')
    await first.close()
    await second.write('b')
    await second.close()
    expect(await reading).toBe('ab')
  })

  it('is empty if its writer has left without a word', async () => {
    const { pipe, reading } = pipeIn('unwritten')
    await (await promises.open(pipe, 'w')).close()
    expect(await reading).toBe('')
  })

  it.skipIf(process.platform !== 'linux')(
    'that nobody opens for writing is waited for in no thread: the wait ends with its signal',
    async () => {
      const { pipe, stop, reading } = pipeIn('unopened')
      stop.abort()
      expect(await reading).toBe('')
      await expect(readFileChunks(`${pipe}-2`).next()).rejects.toMatchObject({ code: 'no-such-file' })
    }
  )

  it('whose writer writes nothing is waited for no longer than its signal', async () => {
    const { pipe, stop, reading } = pipeIn('silent')
    const writer = await promises.open(pipe, 'w')
    stop.abort()
    expect(await reading).toBe('')
    await writer.close()
  })

  it('is a stream, and so is a device', () => {
    const pipe = makePipe(folder, 'stream')
    const names = [pipe, '/dev/null', folder, fileOf(1), '/no/file']
    expect(names.map(isStream)).toEqual([true, true, false, false, false])
  })
})
