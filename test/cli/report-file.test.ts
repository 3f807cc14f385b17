import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openReport } from '../../src/cli/report-file.js'
import { TidingsError } from '../../src/core/errors.js'
import { FakeClock } from '../support/fake-clock.js'
import { makePipe } from '../support/make-pipe.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the file of a report', () => {
  it('is refused if it is a pipe that nobody reads: no signal could end the wait for a reader', () => {
    const pipe = makePipe(folder, 'unread')
    expect(() => openReport(pipe, 'watch', new FakeClock())).toThrow(
      expect.objectContaining({ kind: 'output' })
    )
  })

  it('may be a pipe that is read', async () => {
    const pipe = makePipe(folder, 'read')
    // Opened for both directions, the pipe has a reader at once.
    const reader = execFile('sh', ['-c', 'exec 3<> "$0"; echo ready; head -c 5 <&3', pipe])
    const { stdout } = reader
    if (stdout === null) throw new Error('no output')
    const told: string[] = []
    const isReady = new Promise<void>((resolve) => {
      stdout.on('data', (text: string) => {
        told.push(text)
        resolve()
      })
    })
    await isReady
    const report = openReport(pipe, 'watch', new FakeClock())
    await report.write([], undefined)
    await once(reader, 'close')
    expect(told.join('')).toBe('ready\n<?xml')
  })

  it.each([
    ['refused', '<failure message="may not be read" type="x">'],
    ['wrong-messages', 'tests="0" failures="0"']
  ] as const)('says that the command failed: %s', async (kind, told) => {
    const path = join(folder, `${kind}.xml`)
    const failure = new TidingsError(kind, 'may not be read', { code: 'x' })
    await openReport(path, 'channels', new FakeClock()).write([], failure)
    expect(readFileSync(path, 'utf8')).toContain(told)
  })
})
