import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import Subscribe from '../../src/commands/subscribe.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { MemoryIo } from '../support/memory-io.js'
import { makeHome, runProgram } from '../support/program.js'
import { runCommand } from '../support/run-command.js'
import { TerminalProgram } from '../support/terminal-program.js'

let home: ReturnType<typeof makeHome>
let broker: TestBroker
let folder = ''
beforeEach(async () => {
  home = makeHome()
  broker = await startEmbeddedBroker()
  folder = mkdtempSync(join(tmpdir(), 'tidings-keys-'))
})
afterEach(async () => {
  await broker.stop()
  home.remove()
  rmSync(folder, { recursive: true, force: true })
})

/** A message at once, and then one every 20 seconds: nothing but keys brings the next one soon. */
function recording(): string {
  const path = join(folder, 'slow.jsonl')
  const second = (n: number) => String((n * 20) % 60).padStart(2, '0')
  const minute = (n: number) => String(Math.floor((n * 20) / 60)).padStart(2, '0')
  const lines = Array.from(
    { length: 9 },
    (_, n) => `{"channel":"k","time":"2026-11-23T10:${minute(n)}:${second(n)}Z","payload":${n}}\n`
  )
  writeFileSync(path, lines.join(''))
  return path
}

const replay = (...args: string[]) =>
  new TerminalProgram(['replay', recording(), '--broker', broker.url, ...args], home.env, {
    columns: 120,
    rows: 24
  })

/** A subscriber that says what the broker sent it. */
async function listen() {
  const world = new MemoryIo({ stdin: '' })
  const listening = runCommand(Subscribe, ['k', '--raw', '--broker', broker.url], world)
  await world.stderr.contains('Subscribed')
  return {
    received: (text: string) => world.stdout.contains(text),
    end: async () => {
      world.interrupt()
      await listening
      return world.stdout.text
    }
  }
}

describe('keys of tidings replay on a terminal', () => {
  test('space pauses, n sends the next message, + and - change the speed, q stops', async () => {
    const witness = await listen()
    const program = replay()
    await program.showing('×1')
    await program.showing('of 2m40s')
    program.press('+')
    await program.showing('×2')
    program.press('-')
    await program.showing('×1 ')
    program.press(' ')
    await program.showing('paused')
    program.press('nn')
    await witness.received('2\n')
    await program.showing('3 acknowledged')
    program.press('q')
    expect((await program.exited()).exitCode).toBe(0)
    expect(program.screen).toContain('Replayed 3 messages')
    expect(await witness.end()).toBe('0\n1\n2\n')
  })

  test('arrows go ten seconds forward and back', async () => {
    const witness = await listen()
    const program = replay()
    await program.showing('×1')
    await witness.received('0\n')
    program.press('\x1b[C\x1b[Cn')
    await witness.received('2\n')
    program.press('\x1b[D\x1b[D\x1b[Dn')
    await witness.received('1\n')
    program.press('\x1b[D\x1b[D\x1b[Dn')
    await witness.received('1\n0\n')
    program.press('q')
    expect((await program.exited()).exitCode).toBe(0)
    expect(await witness.end()).toBe('0\n2\n1\n0\n')
  })

  test('Ctrl-C ends it like a signal', async () => {
    const program = replay()
    await program.showing('×1')
    program.press('\x03')
    expect((await program.exited()).exitCode).toBe(130)
  })
})

/** The terminal's modes, as the shell around the program sees them before and after it. */
async function modesAround(
  end: (pid: number, type: (keys: string) => void) => void
): Promise<{ before: string; after: string }> {
  const script = join(folder, 'around.sh')
  writeFileSync(
    script,
    `stty -a > ${folder}/before; "$@" & echo $! > ${folder}/pid; fg >/dev/null 2>&1 || wait; stty -a > ${folder}/after; echo ended\n`
  )
  const { PROGRAM } = await import('../support/program.js')
  const pty = (await import('@lydell/node-pty')).default
  const shell = pty.spawn(
    'bash',
    ['-m', script, process.execPath, PROGRAM, 'replay', recording(), '--broker', broker.url],
    {
      cols: 120,
      rows: 24,
      env: { ...home.env, TERM: 'xterm-256color' }
    }
  )
  let output = ''
  let isRaw = false
  await new Promise<void>((resolve) => {
    shell.onData((text) => {
      output += text
      if (!isRaw && output.includes('×1')) {
        isRaw = true
        end(Number(readFileSync(join(folder, 'pid'), 'utf8')), (keys) => shell.write(keys))
      }
      if (output.includes('ended')) resolve()
    })
  })
  shell.kill()
  expect(isRaw).toBe(true)
  const read = (name: string) => readFileSync(join(folder, name), 'utf8')
  return { before: read('before'), after: read('after') }
}

describe('the terminal is as it was', () => {
  test.each<[string, (pid: number, type: (keys: string) => void) => void]>([
    ['q', (_, type) => type('q')],
    ['Ctrl-C', (_, type) => type('\x03')],
    ['SIGTERM', (pid) => process.kill(pid, 'SIGTERM')],
    ['SIGHUP', (pid) => process.kill(pid, 'SIGHUP')]
  ])('after %s', async (_, end) => {
    expect(execFileSync('bash', ['-c', 'command -v stty']).toString()).toContain('stty')
    const { before, after } = await modesAround(end)
    expect(before).toContain(' icanon')
    expect(after).toBe(before)
  })
})

test('where stderr is no terminal there is no bar, no key is read, and stdout stays empty', async () => {
  const { exitCode, stdout, stderr } = await runProgram(
    ['replay', recording(), '--speed', '1000', '--broker', broker.url],
    {
      env: home.env,
      stdin: 'q'
    }
  )
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' })
  expect(stderr).toMatch(/^Replayed 9 messages/)
  expect(stderr).not.toContain('\x1b')
})
