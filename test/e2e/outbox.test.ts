import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../src/core/connection.js'
import { connectionOptions, Received } from '../support/connection-options.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { jsonLines } from '../support/json-lines.js'
import { openConnection } from '../support/open-connection.js'
import { makeHome, PROGRAM, RunningProgram, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'

/** Nobody listens there: the port is reserved. */
const NOWHERE = 'mqtt://127.0.0.1:1'

let home: ReturnType<typeof makeHome>
let box: string
let broker: TestBroker
let witness: BrokerConnection
let received: Received

beforeEach(async () => {
  home = makeHome()
  box = join(home.path, 'box')
  broker = await startEmbeddedBroker()
  witness = await openConnection(connectionOptions(broker.url))
  received = new Received()
  await witness.subscribe([{ pattern: '#', guarantee: 1 }], received.take)
})

afterEach(async () => {
  await witness.close()
  await broker.stop()
  home.remove()
})

const lines = (from: number, to: number) =>
  `${Array.from({ length: to - from }, (_, index) => from + index).join('\n')}\n`
const start = (args: string[], url: string) => new RunningProgram([...args, '--broker', url], home.env)
const run = (args: string[], url: string, stdin = '') =>
  runProgram([...args, '--broker', url], { env: home.env, stdin })
/** What is in the outbox besides the mark of its format, which stays. */
const files = () => fs.readdirSync(box).filter((name) => name !== 'format')
const random = (below: number) => Math.floor(Math.random() * below)

/** Numbers in the order in which they came first: those that came again were sent twice, which is allowed after a kill. */
const firsts = (channel: string) => [
  ...new Set(
    received.messages.filter((each) => each.channel === channel).map(({ payload }) => Number(payload))
  )
]
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

describe('an outbox, when processes are killed', () => {
  it('keeps every message that a command has promised, while its senders die', async () => {
    const total = 20_000
    const stored = await run(['publish', 'n', '--lines', '--outbox', box], NOWHERE, lines(0, total))
    expect(stored.exitCode).toBe(0)
    for (let kills = 0; kills < 12; kills++) {
      const sender = start(['outbox', 'send', box], broker.url)
      const killAt = received.messages.length + 1 + random(3000)
      await Promise.race([received.atLeast(killAt), sender.exited])
      sender.child.kill('SIGKILL')
      await sender.exited
    }
    expect((await run(['outbox', 'send', box], broker.url)).exitCode).toBe(0)
    await lastOf({ channel: 'n', payload: total - 1 })
    expect(firsts('n')).toEqual(upTo(total))
    expect(files()).toEqual([])
  }, 120_000)

  it('has no gap when publishers die while they store and send: what came later was stored later', async () => {
    const rounds = 12
    for (let round = 0; round < rounds; round++) {
      const publisher = start(['publish', `round/${round}`, '--lines', '--outbox', box], broker.url)
      const killAt = received.messages.length + 1 + random(3000)
      publisher.child.stdin.write(lines(0, 4000))
      await received.atLeast(killAt)
      publisher.child.kill('SIGKILL')
      await publisher.exited
    }
    const listed = await runProgram(['outbox', 'list', box, '--json'], { env: home.env })
    const waiting: { channel: string; payload: number }[] = jsonLines(listed.stdout)
    expect((await run(['outbox', 'send', box], broker.url)).exitCode).toBe(0)
    const last = waiting.at(-1)
    if (last) await lastOf(last)
    const got = upTo(rounds).map((round) => firsts(`round/${round}`))
    for (const numbers of got) expect(numbers).toEqual(upTo(numbers.length))
    const stored = new Map(got.map((numbers, round) => [`round/${round}`, numbers.length]))
    expect(waiting.filter(({ channel, payload }) => payload >= (stored.get(channel) ?? 0))).toEqual([])
    expect(files()).toEqual([])
  }, 120_000)

  /** The broker hands on in order, so what was acknowledged before has come once the last has. */
  async function lastOf({ channel, payload }: { channel: string; payload: number }) {
    const isLast = () =>
      received.messages.some((each) => each.channel === channel && Number(each.payload) === payload)
    while (!isLast()) await received.atLeast(received.messages.length + 1)
  }
})

describe('two processes on one outbox', () => {
  it('send every message once', async () => {
    const names = ['a', 'b', 'c', 'd']
    const total = 5000
    const ended = await Promise.all(
      names.map((name) => run(['publish', name, '--lines', '--outbox', box], broker.url, lines(0, total)))
    )
    expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0])
    expect((await run(['outbox', 'send', box], broker.url)).exitCode).toBe(0)
    await received.atLeast(names.length * total)
    expect(received.messages).toHaveLength(names.length * total)
    for (const name of names) expect(firsts(name)).toEqual(upTo(total))
    expect(files()).toEqual([])
  }, 60_000)

  it('leave nothing behind, whoever was sending: many short publications at once', async () => {
    const count = 8
    const ended = await Promise.all(
      upTo(count).map((n) => run(['publish', 'short', String(n), '--outbox', box], broker.url))
    )
    expect(ended.map(({ exitCode }) => exitCode)).toEqual(upTo(count).map(() => 0))
    await received.atLeast(count)
    expect(received.texts.map(Number).sort()).toEqual(upTo(count))
    expect(files()).toEqual([])
  }, 60_000)
})

describe('outbox clear on a terminal', () => {
  const answer = async (text: string) => {
    const terminal = new TerminalProgram(['outbox', 'clear', box], home.env, { columns: 200, rows: 24 })
    const asked = await terminal.showing('(yes/no)')
    terminal.press(`${text}\r`)
    const { exitCode } = await terminal.exited()
    return { exitCode, asked, answered: terminal.screen }
  }

  it('asks, naming how many messages would be lost, and takes only yes for yes', async () => {
    await run(['publish', 'n', '--lines', '--outbox', box], NOWHERE, lines(0, 3))
    const refused = await answer('no')
    expect(refused.asked).toContain('Delete 3 messages? (yes/no)')
    expect(refused.answered).toContain('nothing was deleted')
    expect([refused.exitCode, files().length]).toEqual([2, 1])
    const cleared = await answer('yes')
    expect(cleared.answered).toContain('Removed 3 messages')
    expect([cleared.exitCode, files()]).toEqual([0, []])
  })
})

describe('publish --outbox', () => {
  it('goes on while the broker is away, and sends when it is back', async () => {
    const elsewhere = await startEmbeddedBroker()
    await elsewhere.stop()
    const publisher = start(['publish', 'n', '--lines', '--outbox', box], elsewhere.url)
    publisher.child.stdin.write(lines(0, 100))
    await publisher.saying('connection refused; messages are kept in')
    const stored = async () => (await runProgram(['outbox', 'list', box], { env: home.env })).stdout
    while (!fs.existsSync(box) || !(await stored()).startsWith('100 messages'))
      expect(publisher.child.exitCode).toBe(null)
    publisher.child.kill('SIGINT')
    const { exitCode, stderr } = await publisher.exited
    expect(exitCode).toBe(130)
    expect(stderr).toMatch(/100 messages safe in ".*", not sent yet.*: interrupted/)
    expect((await run(['outbox', 'send', box], broker.url)).exitCode).toBe(0)
    await received.atLeast(100)
    expect(received.texts.map(Number)).toEqual(upTo(100))
  }, 60_000)

  it('ends with 9 when the disk takes no more, and promises only what it took', async () => {
    const script = 'ulimit -f 64; exec "$0" "$@"'
    const args = ['publish', 'n', '--lines', '--outbox', box, '--broker', NOWHERE]
    const { status, stderr } = spawnSync('sh', ['-c', script, process.execPath, PROGRAM, ...args], {
      env: home.env,
      input: lines(0, 50_000),
      encoding: 'utf8'
    })
    expect({ status, stderr }).toMatchObject({
      status: 9,
      stderr: expect.stringContaining('cannot write to')
    })
    const promised = Number(/before it: ([\d,]+) messages? safe/.exec(stderr)?.[1]?.replaceAll(',', '') ?? 0)
    const listed = await runProgram(['outbox', 'list', box, '--json'], { env: home.env })
    const kept = listed.stdout.split('\n').filter((line) => line !== '')
    expect(kept).toHaveLength(promised)
  })
})
