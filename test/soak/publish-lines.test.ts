import { afterAll, describe, expect, it } from 'vitest'
import Publish from '../../src/commands/publish.js'
import { startFaultyAmqpServer } from '../support/faulty-amqp-server.js'
import { type FaultyBroker, startFaultyBroker } from '../support/faulty-broker.js'
import { makeHome, runProgram } from '../support/program.js'
import { outcomeOf } from '../support/run-command.js'
import { seededRandom } from '../support/seeded-random.js'
import { extent, figure } from './extent.js'

const LINES = 200
const AT_ONCE = 10
const STDIN = Array.from({ length: LINES }, (_, n) => `line ${n}\n`).join('')

const home = makeHome()
afterAll(() => home.remove())

interface Run {
  readonly exitCode: number | null
  readonly stderr: string
}

const argumentsFor = (url: string) => [
  ...['lines', '--lines', '--ack-timeout', '1s', '-b', url],
  ...(url.startsWith('mqtt:') ? ['--protocol', '5'] : [])
]

const inProcess = (url: string): Promise<Run> => outcomeOf(Publish, argumentsFor(url), { stdin: STDIN })

const asProgram = (url: string): Promise<Run> =>
  runProgram(['publish', ...argumentsFor(url)], { env: home.env, stdin: STDIN })

describe.each([
  ['MQTT', startFaultyBroker],
  ['AMQP', startFaultyAmqpServer]
])(
  'publish --lines over %s to a broker that is cut, stopped, silent, slow or refusing at random',
  (protocol, start) => {
    it.each([
      ['in this process', inProcess, extent({ short: 20, long: 200 })],
      ['as the built program', asProgram, extent({ short: 2, long: 30 })]
    ])(
      '%s ends with 0 only if every line was acknowledged, and tells true counts',
      async (where, run, runs) => {
        const base = Math.floor(Math.random() * 1e9)
        const exits = new Map<number | null, number>()
        let next = 0
        const work = async () => {
          while (next < runs) {
            const seed = base + next++
            const broker = await start(seededRandom(seed), LINES)
            const outcome = await run(broker.url)
            await broker.close()
            check(outcome, broker, `seed ${seed}: ${broker.troubles.join(', ')}: ${outcome.stderr}`)
            exits.set(outcome.exitCode, (exits.get(outcome.exitCode) ?? 0) + 1)
          }
        }
        await Promise.all(Array.from({ length: AT_ONCE }, work))
        const shares = [...exits].sort().map(([code, count]) => `exit ${code}: ${count}`)
        figure(`publish --lines over ${protocol} ${where}: ${runs} runs, ${shares.join(', ')}`)
      }
    )
  }
)

function check({ exitCode, stderr }: Run, { acknowledged, refused }: FaultyBroker, what: string): void {
  if (exitCode === 0) {
    expect(acknowledged.size, what).toBe(LINES)
    expect(stderr, what).toContain(`Published ${LINES} messages to lines: acknowledged`)
    return
  }
  expect([4, 5], what).toContain(exitCode)
  const said = /published (\d+) of (\d+) messages? to lines: (\d+) (refused|not acknowledged)/.exec(stderr)
  expect(said, what).not.toBeNull()
  const [taken, sent, rest] = (said ?? []).slice(1, 4).map(Number) as [number, number, number]
  expect(taken, what).toBeLessThanOrEqual(acknowledged.size)
  if (said?.[4] === 'refused') {
    expect(rest, what).toBe(refused.size)
    expect(taken, what).toBe(LINES - refused.size)
    expect(acknowledged.size, what).toBe(LINES - refused.size)
  } else {
    expect(rest, what).toBeGreaterThan(0)
    expect(taken + rest, what).toBeLessThanOrEqual(sent)
    expect(taken + rest, what).toBeGreaterThanOrEqual(sent - refused.size)
    // What the broker acknowledged and we were not told of counts as not acknowledged.
    expect(acknowledged.size, what).toBeLessThanOrEqual(taken + rest)
  }
}
