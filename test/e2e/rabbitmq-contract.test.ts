import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { isRabbitmqMissing } from '../support/rabbitmq.js'
import { useRabbitmq } from '../support/use-rabbitmq.js'

const home = makeHome()
afterAll(() => home.remove())

const RIGHT = ['{"temp":20}', '{"temp":21}']
const WRONG = '{"temp":"hot"}'
const LINES = `${RIGHT[0]}\n${WRONG}\n${RIGHT[1]}\n`
const contract = join(home.path, 'rooms.yaml')
// The address is spelt as AsyncAPI's documents are; RabbitMQ divides levels by dots.
writeFileSync(
  contract,
  `asyncapi: 3.0.0
info: { title: Rooms, version: 1.0.0 }
channels:
  room:
    address: room/{number}
    parameters: { number: {} }
    messages: { reading: { payload: { properties: { temp: { type: number } } } } }
`
)

describe.skipIf(isRabbitmqMissing)('a contract over RabbitMQ', () => {
  const host = useRabbitmq()
  const publish = (channel: string, ...more: string[]) =>
    runProgram(['publish', channel, '--lines', ...more, '-b', host().url], { env: home.env, stdin: LINES })
  const subscribe = async (channel: string, ...more: string[]) => {
    const program = new RunningProgram(['subscribe', channel, '--raw', ...more, '-b', host().url], home.env)
    await program.saying('Subscribed')
    return program
  }

  it('refuses what breaks it, after what stands before it, or leaves it out', async () => {
    const reader = await subscribe('room.1', '--count', '3')
    expect(await publish('room.1', '--contract', contract)).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('line 2')
    })
    expect((await publish('room.1', '--contract', contract, '--skip-invalid')).exitCode).toBe(0)
    expect((await reader.exited).stdout).toBe(`${RIGHT[0]}\n${RIGHT[0]}\n${RIGHT[1]}\n`)
  })

  it('divides what comes into right and wrong messages', async () => {
    const readers = []
    for (const [invalid, count] of [
      ['only', 1],
      ['skip', 2],
      ['stop', 0]
    ] as const) {
      const limit = count === 0 ? [] : ['--count', String(count)]
      readers.push(await subscribe('room.2', '--contract', contract, '--invalid', invalid, ...limit))
    }
    await publish('room.2')
    const outcomes = await Promise.all(readers.map(({ exited }) => exited))
    expect(outcomes.map(({ exitCode, stdout }) => [exitCode, stdout.trim().split('\n')])).toEqual([
      [10, [WRONG]],
      [10, RIGHT],
      [10, [RIGHT[0], WRONG]]
    ])
  })

  it('that stops a reader of a session leaves the rest for the next one', async () => {
    const session = ['--session', 'contract-stop']
    const stopped = await subscribe('room.3', ...session, '--contract', contract, '--invalid', 'stop')
    await publish('room.3')
    expect(await stopped.exited).toMatchObject({ exitCode: 10, stdout: `${RIGHT[0]}\n${WRONG}\n` })
    const next = await subscribe('room.3', ...session, '--count', '1')
    expect(await next.exited).toMatchObject({ exitCode: 0, stdout: `${RIGHT[1]}\n` })
  })
})
