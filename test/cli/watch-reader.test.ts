import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { watchReader } from '../../src/cli/watch-reader.js'

const WATCHING_CHILD = `
  import { watchReader } from '${new URL('../../src/cli/watch-reader.ts', import.meta.url)}'
  setInterval(() => {}, 1_000_000)
  watchReader(1, () => process.exit(0))
  console.error('watching')
`
const { O_RDONLY, O_WRONLY, O_NONBLOCK } = fs.constants
let folder: string
let pipe: string
const open: number[] = []

beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'tidings-reader-'))
  pipe = join(folder, 'pipe')
})
afterEach(() => {
  for (const fd of open.splice(0)) fs.closeSync(fd)
  fs.rmSync(folder, { recursive: true, force: true })
})

/** Both ends of a new pipe. */
function openPipe(): { reader: number; writer: number } {
  execFileSync('mkfifo', [pipe])
  const reader = fs.openSync(pipe, O_RDONLY | O_NONBLOCK)
  const writer = fs.openSync(pipe, O_WRONLY | O_NONBLOCK)
  open.push(writer)
  return { reader, writer }
}

/** Watches the reader of a descriptor; `gone` resolves once there is none. */
function watch(fd: number) {
  let count = 0
  let stop: () => void = () => undefined
  const gone = new Promise<void>((resolve) => {
    stop = watchReader(fd, () => {
      count++
      resolve()
    })
  })
  return { gone, stop: () => stop(), count: () => count }
}

describe.runIf(process.platform === 'linux')('the end of a reader', () => {
  it('of a pipe is noticed, although nothing is written', async () => {
    const { reader, writer } = openPipe()
    const { gone } = watch(writer)
    expect(() => fs.readSync(reader, Buffer.alloc(1))).toThrow('EAGAIN')
    fs.closeSync(reader)
    await gone
  })

  it('is told to nobody who has stopped to watch', async () => {
    const { reader, writer } = openPipe()
    const first = watch(writer)
    const second = watch(writer)
    first.stop()
    fs.closeSync(reader)
    await second.gone
    expect(first.count()).toBe(0)
  })

  it('that came before the watch is noticed, too', async () => {
    const { reader, writer } = openPipe()
    fs.closeSync(reader)
    await watch(writer).gone
  })

  it('of a socket is noticed, although nothing is written', async () => {
    // Node gives its children sockets.
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', WATCHING_CHILD],
      {
        stdio: ['ignore', 'pipe', 'pipe']
      }
    )
    const exit = once(child, 'exit')
    await once(child.stderr, 'data')
    child.stdout.destroy()
    expect(await exit).toEqual([0, null])
  })
})
