import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { CompletingShell, type ShellName } from '../support/completing-shell.js'
import { startEmbeddedBroker } from '../support/embedded-broker.js'
import { findTool } from '../support/find-tool.js'
import { makeHome, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

const SHELLS = (['bash', 'zsh', 'fish'] as const).map((name) => ({ name, ...findTool(name, name) }))

let shell: CompletingShell | undefined
afterEach(() => {
  shell?.close()
  shell = undefined
})

function start(name: ShellName, ...channels: string[]): CompletingShell {
  shell = new CompletingShell(name, channels)
  return shell
}

describe.each(SHELLS)('in $name', ({ name, isLeftOut }) => {
  it.skipIf(isLeftOut)('commands, flags and the values of flags are completed', async () => {
    const { complete, press, run } = bound(start(name))
    await complete('tidings publi', 'tidings publish ')
    await press('--retai\t', 'publish --retain ')
    await press('--qos=2 x --header a --content-t\t', '--content-type ')
    await press('a/b', '--content-type a/b')
    expect(await run()).toEqual([
      'publish',
      '--retain',
      '--qos=2',
      'x',
      '--header',
      'a',
      '--content-type',
      'a/b'
    ])
  })

  it.skipIf(isLeftOut)('values of flags are completed behind = and behind a blank', async () => {
    const { complete, press, run } = bound(start(name))
    await complete('tidings subscribe --retained=on', '--retained=only ')
    await press('--protocol 3\t', '--protocol 3.1.1 ')
    expect(await run()).toEqual(['subscribe', '--retained=only', '--protocol', '3.1.1'])
  })

  it.skipIf(isLeftOut)('files are completed where files go', async () => {
    const { cwd, complete, press, run } = bound(start(name))
    writeFileSync(join(cwd, 'traffic of may.jsonl'), '')
    await complete('tidings record --output traf', /traffic\\? of\\? may.jsonl/)
    await press('--ca=traf\t', /--ca=traffic\\? of\\? may.jsonl/)
    expect(await run()).toEqual(['record', '--output', 'traffic of may.jsonl', '--ca=traffic of may.jsonl'])
  })

  it.skipIf(isLeftOut)('channels seen lately are completed, and are never run', async () => {
    // bash completes nothing behind a backquote, so it comes last.
    const hostile = [
      'one $(touch pwned)',
      "three'; touch pwned; '",
      'four & touch pwned',
      '$SYS/five',
      'two `touch pwned`'
    ]
    const { cwd, complete, press, run } = bound(start(name, ...hostile))
    const before = readdirSync(cwd)
    await complete('tidings subscribe one', /one.*touch.*pwned/)
    await press(' three\t', /three.*touch.*touch|three.*touch.*pwned/)
    await press(' four\t', /four.*touch.*pwned/)
    await press(` '$SY\t`, /five/)
    await press(' two\t', /two.*touch.*pwned/)
    expect(await run()).toEqual(['subscribe', ...hostile])
    expect(readdirSync(cwd).filter((file) => !before.includes(file) && file === 'pwned')).toEqual([])
  })

  it.skipIf(isLeftOut)('nothing that was typed is run', async () => {
    const { cwd, complete, press } = bound(start(name, 'lamp/1'))
    await complete('tidings subscribe $(touch pwned) lam', 'lamp/1')
    await press('`touch pwned` lam\t', '`touch pwned` lam')
    await press('\x03', 'READY')
    expect(readdirSync(cwd)).not.toContain('pwned')
  })
})

describe('bash', () => {
  it('completes a channel with colons, of which it makes several words, and one in double quotes', async () => {
    const { complete, press, run } = bound(start('bash', 'urn:a:b c', 'say "$x"'))
    await complete('tidings subscribe urn:a', 'urn:a:b\\ c ')
    await press('"say\t', 'say \\"\\$x\\""')
    expect(await run()).toEqual(['subscribe', 'urn:a:b c', 'say "$x"'])
  })

  it('completes files with a script that passes its own checks', () => {
    const home = makeHome()
    const script = execFileSync(process.execPath, ['bin/run.js', 'completion', 'bash'], {
      encoding: 'utf8',
      env: home.env
    })
    home.remove()
    execFileSync('bash', ['-n'], { input: script })
    expect(script).not.toMatch(/\beval\b/)
  })
})

describe('tidings completion', () => {
  const home = makeHome()
  it('says where to go to a user of the older command', async () => {
    expect(await runProgram(['autocomplete', 'bash'], { env: home.env })).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('Try: tidings completion')
    })
    home.remove()
  })
})

/** The methods of a shell, to be used without it. */
function bound(of: CompletingShell) {
  return {
    cwd: of.cwd,
    complete: of.complete.bind(of),
    press: of.press.bind(of),
    run: of.run.bind(of)
  }
}

describe('the channels that completion offers', () => {
  const offered = async (env: Record<string, string>, broker: string) =>
    (await runProgram(['complete', 'zsh', `tidings subscribe --broker ${broker} `], { env })).stdout

  it('are those that somebody at a terminal has published to; a script leaves no trace', async () => {
    const home = makeHome()
    const env = { ...home.env, XDG_CACHE_HOME: join(home.path, 'cache') }
    const broker = await startEmbeddedBroker()
    const url = broker.url.replace('://', '://ann:s3cret@')
    await runProgram(['publish', 'by/a/script', 'x', '--broker', url], { env })
    expect(await offered(env, broker.url)).toBe('words\n')
    const terminal = new TerminalProgram(['publish', 'by/a/person', 'x', '--broker', url], env)
    await terminal.exited()
    expect(await offered(env, broker.url)).toBe('words\nby/a/person\n')
    expect(await offered(env, 'mqtt://elsewhere')).toBe('words\n')
    const file = join(home.path, 'cache', 'tidings', 'recent-channels.json')
    expect(readFileSync(file, 'utf8')).not.toContain('s3cret')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    await broker.stop()
    home.remove()
  })
})

it('the profiles of the user are completed, and the channels of their brokers', async () => {
  const home = makeHome()
  const broker = await startEmbeddedBroker()
  try {
    const { env } = home
    const ask = async (line: string) => (await runProgram(['complete', 'bash', line], { env })).stdout
    await runProgram(['profile', 'add', 'garden', broker.url], { env })
    expect(await ask('tidings subscribe --profile ga')).toContain('garden')
    expect(await ask('tidings profile remove ')).toContain('garden')
    expect(await ask('tidings profile add ')).toBe('')
  } finally {
    await broker.stop()
    home.remove()
  }
})
