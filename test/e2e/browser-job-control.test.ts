import { readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

/** How a frame begins and ends on a terminal that shows it in one step. */
const [FRAME_START, FRAME_END] = ['\x1b[?2026h', '\x1b[?2026l']
const home = makeHome()
const running: TerminalProgram[] = []
let broker: TestBroker
let env: Record<string, string>

beforeAll(() => {
  env = { ...home.env }
})
beforeEach(async () => {
  broker = await startEmbeddedBroker()
  env = { ...home.env, TIDINGS_BROKER: broker.url }
  await publish('house/lamp', 'off')
})
afterEach(async () => {
  for (const shell of running.splice(0)) {
    shell.kill('SIGKILL')
    await shell.exited()
  }
  await broker.stop()
})
afterAll(() => home.remove())

async function publish(channel: string, payload: string): Promise<void> {
  expect((await runProgram(['publish', channel, payload, '--retain'], { env })).exitCode).toBe(0)
}

/** A shell with jobs, which runs the browser as `"$@"`. */
function inShell(script: string): TerminalProgram {
  const through = ['bash', '--norc', '-c', `set -m; ${script}; echo "[ended $?]"`, 'bash']
  const shell = new TerminalProgram(['channels'], env, { columns: 80, rows: 24 }, through)
  running.push(shell)
  return shell
}

/** The process that the shell has started. */
function browserOf({ pid }: TerminalProgram): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}

// Enter is a line feed here: SIGSTOP leaves the terminal in raw mode, where nothing makes one of a carriage return.
const CTRL_Z = '\x1a'
/** Waits for the end of a line once the job is stopped. */
const STOPPED = '"$@"; echo "[stopped $(stty -a | grep -ow -e -icanon -e icanon)]"; read -r'
const TAKEN = /\x1b\[\?1049h/g

describe.skipIf(process.platform !== 'linux')('the browser on a terminal', () => {
  it('gives the terminal back with Ctrl-Z, and takes it again with fg', async () => {
    const shell = inShell(`${STOPPED}; fg`)
    await shell.showing('1 channel ')
    shell.press(CTRL_Z)
    await shell.showing('[stopped icanon]')
    expect(shell.isRestored).toBe(true)
    await publish('house/door', 'open')
    shell.press('\n')
    await shell.showing('2 channels')
    expect(shell.hasOwnScreen).toBe(true)
    shell.press('q')
    await shell.showing('[ended 0]')
    await shell.exited()
    expect(shell.isRestored).toBe(true)
  })

  it('keeps a form, and the terminal as often as it is suspended', async () => {
    const shell = inShell(`${STOPPED}; fg; echo "[again]"; read -r; fg`)
    await shell.showing('1 channel ')
    shell.press('p typed')
    await shell.showing('off typed')
    shell.press(CTRL_Z)
    await shell.showing('[stopped icanon]')
    shell.press('\n')
    await shell.showing('off typed')
    shell.press(`!${CTRL_Z}`)
    await shell.showing('[again]')
    shell.press('\n')
    await shell.showing('off typed!')
    shell.press('\x03y')
    await shell.showing('[ended 0]')
    await shell.exited()
  })

  it('suspends a stream, and goes on with it', async () => {
    const shell = inShell(`${STOPPED}; fg`)
    await shell.showing('1 channel ')
    shell.press('s\r')
    await shell.showing('q goes back')
    shell.press(CTRL_Z)
    await shell.showing('[stopped icanon]')
    await publish('house/lamp', 'meanwhile')
    shell.press('\n')
    await shell.showing('meanwhile')
    expect(shell.hasOwnScreen).toBe(false)
    shell.press('q')
    await shell.showing('1 channel ')
    shell.press('q')
    await shell.showing('[ended 0]')
    await shell.exited()
  })

  it.each(['SIGTSTP', 'SIGSTOP'] as const)('comes back after %s from outside', async (signal) => {
    const shell = inShell(`${STOPPED}; fg`)
    await shell.showing('1 channel ')
    process.kill(browserOf(shell), signal)
    await shell.showing('[stopped')
    if (signal === 'SIGTSTP') expect(shell.isRestored).toBe(true)
    await publish('house/door', 'open')
    shell.press('\n')
    await shell.showing('2 channels')
    expect(shell.written.match(TAKEN)).toHaveLength(2)
    shell.press('q')
    await shell.showing('[ended 0]')
    await shell.exited()
    expect(shell.isRestored).toBe(true)
  })

  it.each(['SIGTSTP', 'SIGSTOP'] as const)(
    'draws nothing in the background, goes on collecting, and comes back with fg: %s',
    async (signal) => {
      const shell = inShell(`${STOPPED}; bg; echo "[in background]"; read -r; echo "[to foreground]"; fg`)
      await shell.showing('1 channel ')
      process.kill(browserOf(shell), signal)
      await shell.showing('[stopped')
      shell.press('\n')
      await shell.showing('[in background]')
      await publish('house/door', 'open')
      await publish('house/window', 'open')
      const [, after = ''] = shell.written.split('[in background]')
      // SIGSTOP may stop the browser while it writes a frame, whose rest then follows.
      expect(after.split(FRAME_END).at(-1)?.trim()).toBe('')
      expect(after).not.toContain(FRAME_START)
      expect(shell.screen).not.toContain('stopped (tty')
      shell.press('\n')
      await shell.showing('3 channels')
      expect(shell.hasOwnScreen).toBe(true)
      shell.press('q')
      await shell.showing('[ended 0]')
      await shell.exited()
      expect(shell.isRestored).toBe(true)
    }
  )

  it('ends in the background, and leaves the terminal alone', async () => {
    const shell = inShell(`${STOPPED}; bg; echo "[in background]"; kill -TERM %1; wait %1`)
    await shell.showing('1 channel ')
    shell.press(CTRL_Z)
    await shell.showing('[stopped icanon]')
    shell.press('\n')
    await shell.showing('[ended 0]')
    await shell.exited()
    const [, after = ''] = shell.written.split('[in background]')
    expect(after).not.toContain('\x1b[')
  })

  it('is suspended together with its editor, and comes back to that', async () => {
    env.EDITOR = `sh -c 'read -r line; kill -TSTP 0; read -r line; printf %s "$line" > "$1"' editor`
    const shell = inShell(`${STOPPED}; fg`)
    await shell.showing('1 channel ')
    shell.press('p')
    await shell.showing('Publish to')
    shell.press('\x05')
    await shell.givingScreenBack()
    shell.press('\n')
    await shell.showing('[stopped icanon]')
    shell.press('\n')
    shell.press('edited\n')
    await shell.showing('text, 6 bytes')
    shell.press('\x03y')
    await shell.showing('[ended 0]')
    await shell.exited()
  })

  it('is not held up by a Ctrl-Z where there is no shell to go back to', async () => {
    const program = new TerminalProgram(['channels'], env)
    running.push(program)
    await program.showing('1 channel ')
    program.press(CTRL_Z)
    program.press('h')
    await program.showing('one line up')
    program.press('\x03')
    expect((await program.exited()).exitCode).toBe(0)
    expect(program.isRestored).toBe(true)
  })
})
