import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import Record from '../../src/commands/record.js'
import Subscribe from '../../src/commands/subscribe.js'
import { makePipe } from '../support/make-pipe.js'
import { MemoryIo } from '../support/memory-io.js'
import { runCommand } from '../support/run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-pipes-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(process.platform === 'win32')('an output that is a pipe', () => {
  it.each([
    ['record', Record],
    ['subscribe', Subscribe]
  ])('is waited for before a broker is asked, until %s is stopped', async (name, Command) => {
    const pipe = makePipe(folder, name)
    const world = new MemoryIo()
    const running = runCommand(Command, ['a', '--output', pipe, '--broker', 'localhost:9'], world)
    world.interrupt('SIGTERM')
    await running
    expect([world.exitCode, world.stderr.text]).toEqual([143, ''])
  })
})
