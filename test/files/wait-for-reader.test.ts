import { mkdtempSync, promises, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { waitForReader } from '../../src/files/wait-for-reader.js'
import { makePipe } from '../support/make-pipe.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-reader-'))
afterAll(() => rmSync(folder, { recursive: true }))
const open = new AbortController().signal

describe.skipIf(process.platform === 'win32')('a pipe that is to be written to', () => {
  it('is waited for until somebody reads it', async () => {
    const pipe = makePipe(folder, 'read')
    let isRead = false
    const waiting = waitForReader(pipe, open).then(() => {
      expect(isRead).toBe(true)
    })
    isRead = true
    // Opening it waits for a writer, which the wait for the reader is for a moment.
    const reader = await promises.open(pipe, 'r')
    await waiting
    await reader.close()
  })

  it('is waited for until the command is stopped', async () => {
    const pipe = makePipe(folder, 'unread')
    const stop = new AbortController()
    const waiting = waitForReader(pipe, stop.signal)
    stop.abort('SIGTERM')
    await expect(waiting).rejects.toMatchObject({ kind: 'interrupted', details: { signal: 'SIGTERM' } })
  })

  it('is like any other file otherwise: files that are there or not, and devices, are ready', async () => {
    for (const name of [folder, join(folder, 'new'), '/dev/null']) await waitForReader(name, open)
  })
})
