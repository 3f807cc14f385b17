import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, PROGRAM, RunningProgram, runProgram } from '../support/program.js'

const home = makeHome()
let broker: TestBroker
let deadPort: number

/** A port that was just free, so that nobody listens there. */
async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  await new Promise((resolve) => server.close(resolve))
  return address.port
}

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  deadPort = await freePort()
  mkdirSync(join(home.path, 'folder'))
  writeFileSync(join(home.path, 'bad.json'), '{\n  "name": Ada\n}\n')
  writeFileSync(join(home.path, 'good.json'), '{"name":"Ada"}\n')
})

afterAll(async () => {
  await broker.stop()
  home.remove()
})

const at = (name: string) => join(home.path, name)
const run = (args: string[], stdin?: string) =>
  runProgram(args, {
    env: { ...home.env, TIDINGS_BROKER: broker.url },
    ...(stdin !== undefined && { stdin })
  })

interface Situation {
  readonly what: string
  readonly args: () => string[]
  readonly stdin?: string
  readonly code: number
  readonly says: string | RegExp
}

const situations: Situation[] = [
  {
    what: 'a message acknowledged',
    args: () => ['publish', 'a', 'x'],
    code: 0,
    says: /^Published 1 message to a at mqtt:\/\/127.0.0.1:\d+: acknowledged; nobody is subscribed, /
  },
  {
    what: 'JSON whose quotes the shell has taken, as it is',
    args: () => ['publish', 'a', '{name:Ada}'],
    code: 0,
    says: 'Warning: the payload begins like JSON but is not JSON'
  },
  {
    what: 'JSON that the shell has cut at its blanks',
    args: () => ['publish', 'a', '{name:Ada,', 'age:36}'],
    code: 2,
    says: 'quote it for the shell'
  },
  {
    what: 'a duration that is none',
    args: () => ['subscribe', 'a', '--timeout', '1x'],
    code: 2,
    says: /^Error: cannot read "1x" as --timeout: it is not a number with a unit \(ms, s, m, h, d\)\n/
  },
  {
    what: 'a time that runs out while it is tried again to connect',
    args: () => ['subscribe', 'a', '--timeout', '1s', '--wait', '1m', '-b', `mqtt://127.0.0.1:${deadPort}`],
    code: 3,
    says: /Error: cannot connect: the time ran out before there was a connection: cannot connect to "[^"]*": connection refused\n/
  },
  {
    what: 'any time to connect',
    args: () => ['publish', 'a', 'x', '--connect-timeout', '0'],
    code: 0,
    says: 'acknowledged'
  },
  {
    what: 'a message that expires at once',
    args: () => ['publish', 'a', 'x', '--expiry', '0'],
    code: 2,
    says: /^Error: cannot use "--expiry 0": a message that expires at once reaches nobody\n/
  },
  {
    what: 'a message sent with QoS 0',
    args: () => ['publish', 'a', 'x', '-q', '0'],
    code: 0,
    says: /^Published 1 message to a at mqtt:\/\/127.0.0.1:\d+: sent, /
  },
  { what: 'exactly once', args: () => ['publish', 'a', 'x', '-q', '2'], code: 0, says: 'acknowledged' },
  {
    what: 'files',
    args: () => ['publish', 'a', '--file', at('good.json'), '--file', at('good.json')],
    code: 0,
    says: 'Published 2 messages to a'
  },
  {
    what: 'lines',
    args: () => ['publish', 'a', '--lines'],
    stdin: '1\n2\n3',
    code: 0,
    says: 'Published 3 messages to a'
  },
  {
    what: 'no lines at all',
    args: () => ['publish', 'a', '--lines'],
    stdin: '',
    code: 0,
    says: 'Warning: published nothing: stdin held no message'
  },
  {
    what: 'envelopes',
    args: () => ['publish', '--json'],
    stdin: '{"channel":"a","payload":1}\n',
    code: 0,
    says: /^Published 1 message at mqtt:\/\/127.0.0.1:\d+: acknowledged/
  },
  { what: 'quietly', args: () => ['publish', 'a', 'x', '--quiet'], code: 0, says: /^$/ },
  {
    what: 'a wildcard in a channel to publish to',
    args: () => ['publish', 'a/#', 'x'],
    code: 2,
    says: '"a/#"'
  },
  { what: 'an empty channel', args: () => ['publish', '', 'x'], code: 2, says: 'channel' },
  {
    what: 'two sources of payload',
    args: () => ['publish', 'a', 'x', '--empty'],
    code: 2,
    says: 'both "PAYLOAD" and "--empty"'
  },
  {
    what: 'several files after one --file',
    args: () => ['publish', 'a', '--file', at('good.json'), at('good.json')],
    code: 2,
    says: '--file a.json --file b.json'
  },
  {
    what: 'many files after one --file',
    args: () => ['publish', 'a', '--file', at('good.json'), at('good.json'), at('good.json')],
    code: 2,
    says: '--file a.json --file b.json'
  },
  {
    what: 'no channel',
    args: () => ['publish', '--lines'],
    stdin: 'x',
    code: 2,
    says: 'no channel was named'
  },
  { what: 'an unknown flag', args: () => ['publish', 'a', 'x', '--nope'], code: 2, says: '--nope' },
  { what: 'an unknown command', args: () => ['publsh', 'a'], code: 2, says: 'publsh' },
  { what: 'a QoS that is none', args: () => ['publish', 'a', 'x', '--qos', '3'], code: 2, says: '--qos' },
  {
    what: 'a header without a value',
    args: () => ['publish', 'a', 'x', '--header', 'k'],
    code: 2,
    says: 'NAME=VALUE'
  },
  {
    what: 'a duration that is none',
    args: () => ['subscribe', 'a', '--timeout', 'soon'],
    code: 2,
    says: '"soon"'
  },
  { what: 'a bad pattern', args: () => ['subscribe', 'a#'], code: 2, says: '"a#"' },
  {
    what: 'an unknown scheme',
    args: () => ['publish', 'a', 'x', '-b', 'http://localhost'],
    code: 2,
    says: 'mqtts'
  },
  {
    what: 'a port out of range',
    args: () => ['publish', 'a', 'x', '-b', 'mqtt://localhost:99999'],
    code: 2,
    says: '99999'
  },
  {
    what: 'a certificate without its key',
    args: () => ['publish', 'a', 'x', '-b', 'mqtts://127.0.0.1:1', '--cert', at('good.json')],
    code: 2,
    says: '--key'
  },
  {
    what: 'nobody listening',
    args: () => ['publish', 'a', 'x', '-b', `127.0.0.1:${deadPort}`],
    code: 3,
    says: /cannot connect to "mqtt:\/\/127.0.0.1:\d+": connection refused/
  },
  {
    what: 'an unknown host',
    args: () => ['publish', 'a', 'x', '-b', 'no-such-host.invalid'],
    code: 3,
    says: 'no-such-host.invalid'
  },
  {
    what: 'a .json file that is not JSON',
    args: () => ['publish', 'a', '-f', at('bad.json')],
    code: 6,
    says: /cannot publish ".*bad.json": line 2, column 11: /
  },
  {
    what: 'a file that is not there',
    args: () => ['publish', 'a', '-f', at('none.json')],
    code: 6,
    says: 'no such file'
  },
  {
    what: 'a folder as a file',
    args: () => ['publish', 'a', '-f', at('folder')],
    code: 6,
    says: 'directory'
  },
  { what: 'an empty stdin', args: () => ['publish', 'a'], stdin: '', code: 6, says: '--empty' },
  {
    what: 'a bad envelope line',
    args: () => ['publish', '--json'],
    stdin: '{"channel":"a","payload":1}\n{"channel":7}\n',
    code: 6,
    says: /line 2 of stdin.*published 1 of 1 message/
  },
  {
    what: 'nothing received in time',
    args: () => ['subscribe', 'silence', '--timeout', '3s'],
    code: 7,
    says: 'received nothing'
  },
  {
    what: 'nothing received for a while',
    args: () => ['subscribe', 'silence', '--idle', '50ms'],
    code: 7,
    says: 'received nothing'
  },
  {
    what: 'an output that cannot be opened',
    args: () => ['subscribe', 'a', '--output', at('none/file')],
    code: 9,
    says: 'no such directory'
  }
]

describe('the exit code and the words on stderr', () => {
  it.each(situations)('$what: $code', async ({ args, stdin, code, says }) => {
    const { exitCode, stdout, stderr } = await run(args(), stdin)
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: code, stdout: '' })
    if (typeof says === 'string') expect(stderr).toContain(says)
    else expect(stderr).toMatch(says)
    if (code > 1 && code !== 2) expect(stderr.trimEnd().split('\n').length).toBeLessThanOrEqual(3)
  })

  it('is 8 when fewer messages came in time than were asked for', async () => {
    await run(['publish', 'kept', 'x', '--retain'])
    const { exitCode, stdout, stderr } = await run([
      'subscribe',
      'kept',
      '--raw',
      '--count',
      '2',
      '--idle',
      '100ms'
    ])
    expect({ exitCode, stdout }).toEqual({ exitCode: 8, stdout: 'x\n' })
    expect(stderr).toContain('received 1 of 2 messages')
  })

  it('is 9 when the disk is full', async () => {
    await run(['publish', 'kept', 'x', '--retain'])
    const { exitCode, stderr } = await run(['subscribe', 'kept', '--count', '1', '--output', '/dev/full'])
    expect(exitCode).toBe(9)
    expect(stderr).toContain('no space left on the device')
  })

  it('is 0 when an endless subscriber is stopped with Ctrl-C, 130 when it still waited for messages', async () => {
    const env = { ...home.env, TIDINGS_BROKER: broker.url }
    for (const [args, exitCode] of [
      [['subscribe', 'a'], 0],
      [['subscribe', 'a', '--count', '5'], 130]
    ] as const) {
      const program = new RunningProgram(args, env)
      await program.saying('Subscribed to a')
      program.child.kill('SIGINT')
      expect(await program.exited).toMatchObject({ exitCode })
    }
  })

  it('of publishing interrupted by SIGTERM is 143, and the counts are on stderr', async () => {
    const program = new RunningProgram(['publish', 'watched', '--lines'], {
      ...home.env,
      TIDINGS_BROKER: broker.url
    })
    const subscriber = new RunningProgram(['subscribe', 'watched', '--raw'], {
      ...home.env,
      TIDINGS_BROKER: broker.url
    })
    await subscriber.saying('Subscribed to')
    program.child.stdin.write('one\ntwo\n')
    await subscriber.writingLines(2)
    program.child.kill('SIGTERM')
    const { exitCode, stderr } = await program.exited
    expect(exitCode).toBe(143)
    expect(stderr).toContain('published 2 of 2 messages to watched: interrupted')
    subscriber.child.kill('SIGINT')
    await subscriber.exited
  })

  it.skipIf(process.platform !== 'linux')('is 2 for an argument that is not UTF-8', () => {
    const script = '"$@" "$(printf "inv\\377")"'
    const { status, stderr } = spawnSync(
      'sh',
      ['-c', script, 'sh', process.execPath, PROGRAM, 'publish', 'a'],
      {
        env: { ...home.env, TIDINGS_BROKER: broker.url },
        encoding: 'utf8'
      }
    )
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining('an argument that is not UTF-8')
    })
  })

  it('is 6 for a file that no MQTT packet can carry', async () => {
    writeFileSync(at('large'), '')
    truncateSync(at('large'), 300_000_000)
    const { exitCode, stderr } = await run(['publish', 'a', '--file', at('large')])
    expect({ exitCode, stderr }).toEqual({
      exitCode: 6,
      stderr: expect.stringContaining('more than 268435455 bytes do not fit into one message')
    })
  })

  it('is one JSON object with a stable code when JSON was asked for', async () => {
    const { exitCode, stderr } = await run(['subscribe', 'silence', '-j', '--timeout', '3s', '--quiet'])
    expect(exitCode).toBe(7)
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'nothing-received', exitCode: 7 } })
  })
})

describe('a reader that goes away', () => {
  it('ends the subscriber with 0 and silence, even if no further message comes', async () => {
    await run(['publish', 'kept', 'x', '--retain'])
    const program = new RunningProgram(['subscribe', 'kept', '--raw'], {
      ...home.env,
      TIDINGS_BROKER: broker.url
    })
    await program.writingLines(1)
    program.child.stdout.destroy()
    expect(await program.exited).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('Error') })
  })

  describe.skipIf(process.platform !== 'linux')('from a pipe', () => {
    const inShell = async (script: string, args: string[]) => {
      const child = spawn('bash', ['-c', script, 'bash', process.execPath, PROGRAM, ...args], {
        cwd: home.path,
        env: { ...home.env, TIDINGS_BROKER: broker.url }
      })
      const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
      return { stdout, stderr }
    }

    it.each([
      ["the shell's", 'set -o pipefail; "$@" | head -1; echo $?'],
      ['a named one', 'mkfifo pipe; head -1 <pipe & "$@" >pipe; echo $?']
    ])('ends it likewise: %s', async (_, script) => {
      await run(['publish', 'kept', 'x', '--retain'])
      const { stdout, stderr } = await inShell(script, ['subscribe', 'kept', '--raw'])
      expect(stdout).toBe('x\n0\n')
      expect(stderr).toMatch(/^Subscribed to kept .*\n$/)
    })

    it('ends an endless dry run', async () => {
      writeFileSync(at('two.jsonl'), '{"channel":"a","payload":1}\n{"channel":"a","payload":2}\n')
      const args = ['replay', at('two.jsonl'), '--dry-run', '--loop', '--json']
      const { stdout, stderr } = await inShell('set -o pipefail; "$@" | head -1; echo $?', args)
      expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^\{.*\}\n0\n$/), stderr: '' })
    })

    it('is not a full disk: that is 9, also in a dry run', async () => {
      writeFileSync(at('one.jsonl'), '{"channel":"a","payload":1}\n')
      const { stdout, stderr } = await inShell('"$@" >/dev/full; echo $?', [
        'replay',
        at('one.jsonl'),
        '--dry-run'
      ])
      expect(stdout).toBe('9\n')
      expect(stderr).toMatch(/^Error: cannot write to stdout: no space left on the device\n {2}Try: .*\n$/)
    })
  })
})
