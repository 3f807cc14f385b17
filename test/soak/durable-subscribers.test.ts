import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BrokerConnection } from '../../src/core/connection.js'
import { connectionOptions, message } from '../support/connection-options.js'
import { isMosquittoMissing, type Mosquitto, startMosquitto } from '../support/mosquitto.js'
import { openConnection } from '../support/open-connection.js'
import { makeHome, RunningProgram } from '../support/program.js'
import { extent, figure } from './extent.js'

/** Messages that are published in each life of a subscriber, and between two. */
const ALIVE = 400
const AWAY = 40

/** The numbers that were written, over all lives of all subscribers. */
class Numbers {
  readonly seen = new Set<string>()
  written = 0
  #waiting: { count: number; resolve: () => void }[] = []

  /** Takes the whole lines of one life: the last one may be torn. */
  readonly take = (program: RunningProgram): void => {
    let rest = ''
    program.child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        this.seen.add(line)
        this.written++
      }
      this.#waiting = this.#waiting.filter(({ count, resolve }) => {
        if (this.seen.size >= count) resolve()
        return this.seen.size < count
      })
    })
  }

  reach(count: number): Promise<void> {
    if (this.seen.size >= count) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ count, resolve }))
  }
}

let mosquitto: Mosquitto
let publisher: BrokerConnection
let published = 0
const home = makeHome()

describe.skipIf(isMosquittoMissing)('durable subscribers', () => {
  beforeAll(async () => {
    mosquitto = await startMosquitto()
    publisher = await openConnection(connectionOptions(mosquitto.plain))
  })
  afterAll(async () => {
    await publisher?.close()
    await mosquitto?.stop()
    home.remove()
  })

  it('one that is killed at random points and started again has written every message', async () => {
    const kills = extent({ short: 4, long: 30, full: 50 })
    const numbers = new Numbers()
    published = 0
    for (let life = 0; life <= kills; life++) {
      const subscriber = await subscribe(['killed', '--session', 'killed'], numbers)
      const publishing = publish('killed', ALIVE)
      if (life === kills) {
        await publishing
        await numbers.reach(published)
        subscriber.child.kill('SIGINT')
        expect((await subscriber.exited).exitCode).toBe(0)
      } else {
        await numbers.reach(numbers.seen.size + Math.floor(Math.random() * ALIVE))
        subscriber.child.kill('SIGKILL')
        await subscriber.exited
        await Promise.all([publishing, publish('killed', AWAY)])
      }
    }
    expect(numbers.seen.size).toBe(published)
    figure(`--session: ${kills} kills, ${published} messages, 0 lost, ${numbers.written - published} twice`)
  })

  it('three of a group lose nothing while members are killed, leave and come back', async () => {
    const changes = extent({ short: 3, long: 18, full: 30 })
    const numbers = new Numbers()
    published = 0
    const member = (name: string) => subscribe(['shared', '--group', 'three', '--session', name], numbers)
    const names = ['one', 'two', 'three']
    const members = await Promise.all(names.map(member))
    for (let change = 0; change < changes; change++) {
      const index = change % names.length
      const publishing = publish('shared', ALIVE)
      await numbers.reach(numbers.seen.size + Math.floor((Math.random() * ALIVE) / 2))
      members[index]?.child.kill(Math.random() < 0.5 ? 'SIGKILL' : 'SIGINT')
      await members[index]?.exited
      await Promise.all([publishing, publish('shared', AWAY)])
      members[index] = await member(names[index] ?? '')
    }
    await numbers.reach(published)
    expect(numbers.seen.size).toBe(published)
    for (const { child, exited } of members) {
      child.kill('SIGINT')
      expect((await exited).exitCode).toBe(0)
    }
    figure(
      `--group: 3 members, ${changes} changes, ${published} messages, 0 lost, ${numbers.written - published} twice`
    )
  })
})

async function subscribe(args: string[], numbers: Numbers): Promise<RunningProgram> {
  const program = new RunningProgram(['subscribe', ...args, '--raw', '-b', mosquitto.plain], home.env)
  numbers.take(program)
  await program.saying('Subscribed to')
  return program
}

/** Publishes the next numbers; a broker that has acknowledged them has to deliver them. */
async function publish(channel: string, count: number): Promise<void> {
  const batch = Array.from({ length: count }, () => message(channel, `${published++}`))
  expect(await publisher.publish(batch)).toMatchObject({ acknowledged: count })
}
