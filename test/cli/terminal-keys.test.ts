import pty from '@lydell/node-pty'
import { afterEach, describe, expect, it } from 'vitest'

// A process of its own: this one has no terminal.
const CHILD = `
  import { execFileSync } from 'node:child_process'
  import { openSync } from 'node:fs'
  import { listenToKeys } from '${new URL('../../src/cli/terminal-keys.ts', import.meta.url)}'
  const mode = () => {
    const said = execFileSync('stty', ['-a'], { stdio: [openSync('/dev/tty', 'r'), 'pipe', 'inherit'] })
    return / -icanon/.test(String(said)) ? 'keys' : 'lines'
  }
  process.on('SIGINT', () => console.log('SIGINT'))
  process.on('SIGCONT', () => console.log('SIGCONT ' + mode()))
  console.log('before: ' + mode())
  const keys = listenToKeys(({ name }) => {
    if (name === 'q') {
      keys.close()
      console.log('after: ' + mode() + ', ' + process.listenerCount('SIGHUP'))
      process.exit(0)
    }
    if (name === 'x') process.exit(7)
    console.log('key ' + name)
  })
  console.log('while: ' + mode())
`

const started: pty.IPty[] = []
afterEach(() => {
  for (const terminal of started.splice(0)) terminal.kill('SIGKILL')
})

/** A process that listens to keys on a terminal of its own. */
function listener() {
  const terminal = pty.spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', CHILD], {
    name: 'xterm',
    cols: 80,
    rows: 24,
    env: process.env
  })
  started.push(terminal)
  let text = ''
  let changed: () => void = () => undefined
  terminal.onData((more) => {
    text += more
    changed()
  })
  const exit = new Promise<number>((resolve) =>
    terminal.onExit(({ exitCode }) => {
      started.splice(started.indexOf(terminal), 1)
      resolve(exitCode)
    })
  )
  const shows = async (part: string) => {
    while (!text.includes(part)) {
      await new Promise<void>((resolve) => {
        changed = resolve
      })
    }
  }
  return {
    press: (keys: string) => terminal.write(keys),
    kill: (signal: string) => terminal.kill(signal),
    shows,
    exit
  }
}

describe.skipIf(process.platform === 'win32')('keys on a terminal', () => {
  it('are read one by one, without Enter, until the command has enough of them', async () => {
    const { press, shows, exit } = listener()
    await shows('before: lines')
    await shows('while: keys')
    press('a\x1b[C ')
    await shows('key a')
    await shows('key right')
    await shows('key space')
    press('q')
    await shows('after: lines, 0')
    expect(await exit).toBe(0)
  })

  it('have Ctrl-C as everywhere: a signal', async () => {
    const { press, shows, exit } = listener()
    await shows('while: keys')
    press('\x03')
    await shows('SIGINT')
    press('q')
    expect(await exit).toBe(0)
  })

  it('end with 129 with the terminal', async () => {
    const { kill, shows, exit } = listener()
    await shows('while: keys')
    kill('SIGHUP')
    expect(await exit).toBe(129)
  })

  it('are no obstacle to the end of the process', async () => {
    const { press, shows, exit } = listener()
    await shows('while: keys')
    press('x')
    expect(await exit).toBe(7)
  })
})
