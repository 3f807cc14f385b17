import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
      expect.objectContaining({
        kind: 'output',
        message: `cannot write to "${pipe}": it is a pipe that nobody reads`,
        suggestion: expect.stringContaining('start what reads')
      })
    )
  })

  it('is refused if it holds something else, such as the contract', () => {
    const path = join(folder, 'contract.yaml')
    writeFileSync(path, 'type: object\n')
    expect(() => openReport(path, 'watch', new FakeClock())).toThrow(
      expect.objectContaining({ kind: 'usage', message: expect.stringContaining('holds something else') })
    )
    expect(readFileSync(path, 'utf8')).toBe('type: object\n')
  })

  it.each(['', '\n', '<?xml version="1.0"?><old/>', '\ufeff<testsuites/>'])(
    'takes the place of an old report: %j',
    async (old) => {
      const path = join(folder, 'old.xml')
      writeFileSync(path, old)
      await openReport(path, 'watch', new FakeClock()).write([], undefined)
      expect(readFileSync(path, 'utf8')).toMatch(/^<\?xml.*tests="0"/s)
    }
  )

  it.each([
    [folder, 'it is a directory'],
    [join(folder, 'no', 'report.xml'), 'no such directory']
  ])('that cannot be opened is told: %s', (path, why) => {
    expect(() => openReport(path, 'watch', new FakeClock())).toThrow(
      expect.objectContaining({ kind: 'output', message: `cannot write to "${path}": ${why}` })
    )
  })

  it.skipIf(!existsSync('/dev/full'))('that has no room is told', async () => {
    const report = openReport('/dev/full', 'watch', new FakeClock())
    await expect(report.write([], undefined)).rejects.toMatchObject({ kind: 'output', code: 'disk-full' })
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
