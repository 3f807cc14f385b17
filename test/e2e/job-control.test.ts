import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

const home = makeHome()
const recording = join(home.path, 'slow.jsonl')
let broker: TestBroker
let env: Record<string, string>

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  env = { ...home.env, TIDINGS_BROKER: broker.url }
  const entry = (minute: number) =>
    `{"channel":"k","time":"2026-11-23T10:${minute}:00Z","payload":${minute}}\n`
  writeFileSync(recording, [10, 11, 12].map(entry).join(''))
})
afterAll(async () => {
  await broker.stop()
  home.remove()
})

/** A shell with jobs, which runs the program as `"$@"`. */
const inShell = (script: string, args: readonly string[]) =>
  new TerminalProgram(args, env, { columns: 120, rows: 24 }, [
    ...['bash', '--norc', '-c', `set -m; ${script}; echo "[ended $?]"`, 'bash']
  ])

const CTRL_Z = '\x1a'
const IN_BACKGROUND = '"$@" & wait $!'
/** Waits for Enter once the job is stopped. */
const STOPPED = '"$@"; echo "[stopped $(stty -a | grep -ow -e -icanon -e icanon)]"; read -r'

describe.skipIf(process.platform !== 'linux')('a replay on a terminal', () => {
  it('gives the terminal back with Ctrl-Z, and takes keys again with fg', async () => {
    const shell = inShell(`${STOPPED}; fg`, ['replay', recording])
    await shell.showing('×1')
    shell.press(CTRL_Z)
    await shell.showing('[stopped icanon]')
    shell.press('\r')
    shell.press('+')
    await shell.showing('×2')
    shell.press('q')
    await shell.showing('[ended 0]')
    await shell.exited()
  })

  it('goes on in the background with bg, and leaves the terminal alone', async () => {
    const shell = inShell(`${STOPPED}; bg; kill -INT %1; wait %1`, ['replay', recording])
    await shell.showing('×1')
    shell.press(CTRL_Z)
    await shell.showing('[stopped icanon]')
    shell.press('\r')
    await shell.showing('[ended 130]')
    await shell.exited()
  })

  it('that is started in the background is not stopped', async () => {
    const shell = inShell(IN_BACKGROUND, ['replay', recording, '--speed', 'max'])
    await shell.showing('[ended 0]')
    expect(shell.screen).toContain('Replayed 3 messages')
    await shell.exited()
  })

  it('is not held up by a Ctrl-Z where there is no shell to go back to', async () => {
    const program = new TerminalProgram(['replay', recording], env)
    await program.showing('×1')
    program.press(`${CTRL_Z}+`)
    await program.showing('×2')
    program.press('q')
    expect((await program.exited()).exitCode).toBe(0)
  })
})

describe.skipIf(process.platform !== 'linux')('a subscriber on a terminal', () => {
  it('shows after fg what was published while it was stopped', async () => {
    const shell = inShell(`${STOPPED}; fg`, ['subscribe', 'k/stopped', '--raw', '--count', '1'])
    await shell.showing('Subscribed')
    shell.press(CTRL_Z)
    await shell.showing('[stopped icanon]')
    await runProgram(['publish', 'k/stopped', 'meanwhile'], { env })
    shell.press('\r')
    await shell.showing('[ended 0]')
    expect(shell.screen).toContain('meanwhile')
    await shell.exited()
  })
})

describe.skipIf(process.platform !== 'linux')('a job in the background', () => {
  it('asks nothing: publish says what is missing', async () => {
    const shell = inShell(IN_BACKGROUND, ['publish', 'a'])
    await shell.showing('[ended 2]')
    expect(shell.screen).toContain('cannot ask for "Payload": this is a job in the background')
    await shell.exited()
  })

  it('has no screen of its own: channels lists', async () => {
    const shell = inShell(IN_BACKGROUND, ['channels', '--for', '100ms'])
    await shell.showing('[ended 7]')
    expect(shell.written).not.toContain('\x1b[?1049h')
    await shell.exited()
  })
})
