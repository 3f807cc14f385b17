import { chmodSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'

// What a broker says whose store is damaged, and what it still delivers.

let home: ReturnType<typeof makeHome>
beforeEach(() => {
  home = makeHome()
})
afterEach(async () => {
  await runProgram(['broker', 'stop'], { env: home.env })
  home.remove()
})

const run = (args: readonly string[], stdin = '') => runProgram(args, { env: home.env, stdin })
const COUNT = 300
const lines = Array.from({ length: COUNT }, (_, number) => `message ${number} ${'x'.repeat(200)}`)
const messages = () => join(home.path, 'messages')
const segments = () => readdirSync(messages()).filter((name) => name.endsWith('.segment'))
const newest = () => join(messages(), segments().sort().at(-1) ?? '')
const log = () => readFileSync(join(home.path, 'broker.log'), 'utf8')

/** A session for which all lines wait, in a store that no broker has open. */
async function store(): Promise<void> {
  expect(await run(['subscribe', 'a', '--session', 's', '--count', '0'])).toMatchObject({ exitCode: 0 })
  expect(await run(['publish', 'a', '--lines'], `${lines.join('\n')}\n`)).toMatchObject({ exitCode: 0 })
  await run(['broker', 'stop'])
}

/** Changes one byte in the middle of a message. */
function flip(what: 'bit' | 'byte'): void {
  const bytes = readFileSync(newest())
  const at = bytes.indexOf(`message ${COUNT / 2} `) + 40
  bytes[at] = (bytes[at] ?? 0) ^ (what === 'bit' ? 1 : 0xff)
  writeFileSync(newest(), bytes)
}

/** What waits for the session, as a subscriber gets it. */
async function waiting(): Promise<string[]> {
  const subscriber = new RunningProgram(['subscribe', 'a', '--session', 's', '--raw'], home.env)
  await subscriber.saying('Subscribed to')
  await run(['publish', 'a', 'marker'])
  while (!subscriber.stdout.includes('marker\n'))
    await subscriber.writingLines(subscriber.stdout.toString().split('\n').length)
  subscriber.child.kill('SIGINT')
  const { stdout } = await subscriber.exited
  return stdout.split('\n').slice(0, -2)
}

describe('a store that is damaged', () => {
  test.each([
    ['one flipped bit', () => flip('bit'), /is damaged from byte \d+ to byte \d+: up to 1 message is lost$/],
    [
      'one flipped byte',
      () => flip('byte'),
      /is damaged from byte \d+ to byte \d+: up to 1 message is lost$/
    ],
    [
      'half a file',
      () => truncateSync(newest(), Math.floor(readFileSync(newest()).length / 2)),
      /ends too early: up to \d+ messages are lost$/
    ],
    [
      'a deleted file',
      () => rmSync(newest()),
      /^all of it is missing from ".*messages"$|is missing: up to 300/
    ]
  ])(
    '%s: the command that starts the broker, the log and the status say what is lost and what is kept',
    async (_what, damage, expected) => {
      await store()
      damage()
      const started = await run(['publish', 'other', 'x'])
      expect(started.exitCode).toBe(0)
      const told = [...started.stderr.matchAll(/^Warning: the local broker's store is damaged: (.*)$/gm)].map(
        ([, text]) => text ?? ''
      )
      expect(told[0]).toMatch(expected)
      expect(told.at(-1)).toMatch(/^whole and kept: \d+ waiting and 0 retained messages$/)
      for (const text of told) expect(log()).toContain(`the store is damaged: ${text}\n`)
      const status = JSON.parse((await run(['broker', 'status', '--json'])).stdout)
      expect(status).toMatchObject({ damage: told, unreadable: 0, storeFailure: null })
      expect((await run(['broker', 'status'])).stdout).toContain(`Damaged:      ${told[0]}\n`)
      const kept = Number(/kept: (\d+)/.exec(told.at(-1) ?? '')?.[1])
      const got = await waiting()
      expect(got.length).toBe(kept)
      expect(lines).toEqual(expect.arrayContaining(got))
      // It is told once: what is lost is lost.
      await run(['broker', 'stop'])
      expect((await run(['publish', 'other', 'x'])).stderr).not.toContain('damaged')
    }
  )

  test('a broker in the foreground says it on stderr', async () => {
    await store()
    flip('bit')
    const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], home.env)
    await broker.saying('name no broker')
    expect(broker.stderr).toMatch(/^Warning: the store is damaged: .* up to 1 message is lost$/m)
    expect(broker.stderr).toContain('Warning: the store is damaged: whole and kept: 299 waiting')
    broker.child.kill('SIGINT')
    await broker.exited
  })

  test('a message that is damaged while the broker runs is not delivered, and is told when it is read', async () => {
    await store()
    await run(['broker', 'status'])
    expect(await run(['publish', 'other', 'x'])).toMatchObject({ exitCode: 0 })
    flip('byte')
    expect(await waiting()).toEqual(lines.filter((_, number) => number !== COUNT / 2))
    expect((await run(['broker', 'status'])).stdout).toContain(
      'Unreadable:   1 stored message, not delivered\n'
    )
    expect(log()).toContain('the store is damaged: 1 stored message cannot be read and will not be delivered')
  })
})

describe('a store that cannot be opened', () => {
  const isRoot = process.getuid?.() === 0

  test.each([
    [
      'whose lock is damaged',
      () => writeFileSync(join(home.path, 'store', 'CURRENT'), 'nonsense'),
      'store',
      /cannot open the store ".*store": Corruption.*move it away: mv '.*store' '.*store\.damaged'; sessions and messages are in ".*messages"/s
    ],
    [
      'in whose place is a file',
      () => {
        rmSync(messages(), { recursive: true })
        writeFileSync(messages(), '')
      },
      'messages',
      /cannot read the store ".*messages": .*mv '.*messages' '.*messages\.damaged'/s
    ],
    ...(isRoot
      ? []
      : ([
          [
            'that may not be read',
            () => chmodSync(newest(), 0),
            'messages',
            /cannot read the store ".*messages": permission denied/
          ]
        ] as const))
  ] as const)(
    '%s says why and how to go on, on stderr and in the log',
    async (_what, damage, name, expected) => {
      await store()
      damage()
      const { exitCode, stderr } = await run(['publish', 'a', 'x'])
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringMatching(expected) })
      expect(log()).toMatch(/cannot start: cannot (open|read) the store/)
      const foreground = await run(['broker', '--listen', '127.0.0.1:0'])
      expect(foreground).toMatchObject({ exitCode: 9, stderr: expect.stringMatching(expected) })
      // What it suggests is enough.
      const [, from = '', to = ''] = /mv '(.*)' '(.*)'/.exec(stderr) ?? []
      expect(from).toBe(join(home.path, name))
      await runProgram(['--version'], { env: home.env, through: ['sh', '-c', `mv '${from}' '${to}'`] })
      expect(await run(['publish', 'a', 'x'])).toMatchObject({ exitCode: 0 })
      if (name === 'store') expect((await waiting()).slice(0, COUNT)).toEqual(lines)
    }
  )
})
