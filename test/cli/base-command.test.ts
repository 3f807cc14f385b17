import { Flags } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import { BaseCommand } from '../../src/cli/base-command.js'
import type { Io } from '../../src/cli/io.js'
import type { ConnectionNotice } from '../../src/core/connection.js'
import { TidingsError } from '../../src/core/errors.js'
import type { Ending } from '../../src/ui/ending.js'
import { MemoryIo } from '../support/memory-io.js'
import { runCommand } from '../support/run-command.js'

type Work = (command: {
  say(text: string): void
  warn(text: string): void
  notice(notice: ConnectionNotice): void
  conclude(ending: Ending): void
}) => void

/** Runs a command that does this work, and returns what a script sees of it. */
async function outcomeOf(work: Work, argv: string[] = [], world = new MemoryIo()) {
  class Worker extends BaseCommand {
    static override flags = { json: Flags.boolean({ char: 'j' }), count: Flags.integer({ char: 'n' }) }
    override async run(): Promise<void> {
      await this.parse(Worker)
      const { say, warn, notice } = this.context
      work({ say, warn, notice, conclude: (ending) => this.conclude(ending) })
    }
  }
  await runCommand(Worker, argv, world)
  return { stdout: world.stdout.text, stderr: world.stderr.text, exitCode: world.exitCode }
}

const nothing: Ending = { warnings: [], failure: undefined, line: undefined }
const failure = new TidingsError('bad-input', 'cannot read "a": no such file', {
  code: 'no-such-file',
  suggestion: 'check the path'
})
const fail: Work = () => {
  throw failure
}

describe('what a command says', () => {
  it('goes to stderr, a line each, with nothing that a terminal obeys', async () => {
    const { stdout, stderr } = await outcomeOf(({ say, warn }) => {
      say('one\x1b[2J')
      warn('two\ntorn')
    })
    expect(stdout).toBe('')
    expect(stderr).toBe('one\\u001b[2J\nWarning: two\\ntorn\n')
  })

  it('is warnings alone with --quiet', async () => {
    const { stderr } = await outcomeOf(
      ({ say, warn }) => {
        say('one')
        warn('two')
      },
      ['--quiet']
    )
    expect(stderr).toBe('Warning: two\n')
  })

  it('has what comes with every connection only for people', async () => {
    const connected: Work = ({ notice }) => {
      notice({ kind: 'local-broker', text: 'using the local broker', isRoutine: true })
      notice({ kind: 'reconnected', text: 'connected again' })
    }
    expect((await outcomeOf(connected)).stderr).toBe('connected again\n')
    const atTerminal = await outcomeOf(connected, [], new MemoryIo({ terminal: true }))
    expect(atTerminal.stderr).toBe('using the local broker\nconnected again\n')
  })

  it('does not end a command where stderr is closed', async () => {
    const world = new MemoryIo()
    world.stderr.write = () => {
      throw new Error('EPIPE')
    }
    expect((await outcomeOf(({ say }) => say('one'), [], world)).exitCode).toBe(0)
  })
})

describe('the end of a command', () => {
  it('has its warnings first, and then its line or its failure', async () => {
    const line = await outcomeOf(({ conclude }) => conclude({ ...nothing, warnings: ['odd'], line: 'done' }))
    expect(line).toEqual({ stdout: '', stderr: 'Warning: odd\ndone\n', exitCode: 0 })
    const failed = await outcomeOf(({ conclude }) => conclude({ warnings: ['odd'], failure, line: 'done' }))
    expect(failed.stderr).toMatch(/^Warning: odd\nError: cannot read "a": no such file\n/)
    expect(failed.exitCode).toBe(6)
  })

  it.each([['--json'], ['-j'], ['-jn', '1']])('with %s is an error as JSON', async (...argv) => {
    const { stderr, exitCode } = await outcomeOf(fail, argv)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'no-such-file', exitCode: 6 } })
    expect(exitCode).toBe(6)
  })

  it('is 2 for flags that make no sense, and 1 for a bug', async () => {
    expect(await outcomeOf(() => undefined, ['--wrong'])).toMatchObject({ exitCode: 2 })
    const bug = await outcomeOf(() => {
      throw new RangeError('oops')
    })
    expect(bug).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('bug in tidings: oops') })
  })

  it('shows the stack only to who debugs', async () => {
    const stderrWith = async (env: Record<string, string>) =>
      (await outcomeOf(fail, [], new MemoryIo({ env }))).stderr
    expect(await stderrWith({})).not.toContain('base-command.test')
    expect(await stderrWith({ DEBUG: 'other' })).not.toContain('base-command.test')
    expect(await stderrWith({ DEBUG: 'tidings' })).toContain('base-command.test')
  })
})

it('a process that ends before the work of its command is done was told what to say then', async () => {
  const calls: string[] = []
  const world: MemoryIo & Io = new MemoryIo()
  world.started = (unfinished) => void calls.push(unfinished)
  world.finished = () => void calls.push('finished')
  await outcomeOf(() => calls.push('work'), [], world)
  expect(calls).toEqual([expect.stringContaining('ended before its work was done'), 'work', 'finished'])
})
