import { closeSync, constants, openSync, readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makePipe } from '../support/make-pipe.js'
import { makeHome, RunningProgram } from '../support/program.js'

const home = makeHome()
afterAll(() => home.remove())
const BROKER = ['-b', 'localhost:9']
const pipe = join(home.path, 'pipe')
if (process.platform === 'linux') makePipe(home.path, 'pipe')

/** Whether the process has the pipe open. */
function holdsPipe(pid: number): boolean {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).some((fd) => {
    try {
      return readlinkSync(join(folder, fd)) === pipe
    } catch {
      return false
    }
  })
}

async function waitingProgram(args: readonly string[]) {
  const program = new RunningProgram(args, home.env)
  while (!holdsPipe(Number(program.child.pid))) {
    if (program.child.exitCode !== null) throw new Error(`it has ended: ${program.stderr}`)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return program
}

const READ = [
  ['publish --file', ['publish', 'a', '--file', pipe, ...BROKER]],
  ['publish --contract', ['publish', 'a', 'x', '--contract', pipe, ...BROKER]],
  ['subscribe --schema', ['subscribe', 'a', '--schema', pipe, ...BROKER]],
  ['--password-file', ['subscribe', 'a', '--username', 'u', '--password-file', pipe, ...BROKER]],
  ['--ca', ['subscribe', 'a', '--ca', pipe, '-b', 'mqtts://localhost:9']],
  ['replay', ['replay', pipe, '--dry-run']],
  ['watch --recording', ['watch', '--recording', pipe, '--max-silence', '1s']],
  ['channels --check', ['channels', '--recording', '/dev/null', '--check', pipe]],
  ['record --verify', ['record', '--verify', pipe]],
  ['profile import', ['profile', 'import', pipe]],
  ['broker --password-file', ['broker', '--listen', '127.0.0.1:0', '--password-file', pipe]]
] as const

describe.skipIf(process.platform !== 'linux')('a signal ends the wait for a pipe', () => {
  it.each(READ)('that nobody has opened for writing: %s', async (_what, args) => {
    const program = await waitingProgram(args)
    program.child.kill('SIGTERM')
    expect(await program.exited).toMatchObject({ exitCode: 143, stdout: '' })
  })

  it('whose writer writes nothing', async () => {
    const program = await waitingProgram(['publish', 'a', '--file', pipe, ...BROKER])
    const writer = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK)
    program.child.kill('SIGINT')
    expect(await program.exited).toMatchObject({ exitCode: 130 })
    closeSync(writer)
  })
})
