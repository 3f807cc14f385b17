import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isMosquittoMissing, type PlainMosquitto, startPlainMosquitto } from '../support/mosquitto.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'

// mosquitto sends a message once for each subscription that matches.

const home = makeHome()
afterAll(() => home.remove())

describe.skipIf(isMosquittoMissing)('patterns that overlap in part', () => {
  let mosquitto: PlainMosquitto
  beforeAll(async () => {
    mosquitto = await startPlainMosquitto()
  })
  afterAll(() => mosquitto?.stop())

  const start = (...args: string[]) => new RunningProgram([...args, '--broker', mosquitto.url], home.env)
  const publish = (channel: string) =>
    runProgram(['publish', channel, 'x', '--broker', mosquitto.url], { env: home.env })
  const channels = ['a/b/c', 'a/x/c', 'a/b', 'a/b/c']

  async function seen(...args: string[]): Promise<string> {
    const limit = args[0] === 'channels' ? '--for' : '--timeout'
    const subscriber = start(...args, '--count', '4', limit, '20s')
    await subscriber.saying('Subscribed')
    for (const channel of channels) await publish(channel)
    return (await subscriber.exited).stdout
  }
  const channelsIn = (lines: string) =>
    lines
      .trim()
      .split('\n')
      .flatMap((line) => (JSON.parse(line) as { channel?: string }).channel ?? [])

  it('subscribe shows each message once, and says nothing of identifiers', async () => {
    const lines = await seen('subscribe', 'a/+/c', 'a/b/#', '--json')
    expect(channelsIn(lines)).toEqual(channels)
    expect(lines).not.toContain('subscriptionIds')
  })

  it('record stores each message once', async () => {
    const file = join(home.path, 'overlapping.jsonl')
    await seen('record', 'a/+/c', 'a/b/#', '--output', file)
    expect(channelsIn(readFileSync(file, 'utf8'))).toEqual(channels)
  })

  it('channels counts each message once', async () => {
    const lines = await seen('channels', 'a/+/c', 'a/b/#', '--json', '--no-parameters')
    const counts = lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { channel: string; count: number })
    expect(counts.map(({ channel, count }) => [channel, count])).toEqual([
      ['a/b', 1],
      ['a/b/c', 2],
      ['a/x/c', 1]
    ])
  })

  it('are warned of over MQTT 3.1.1', async () => {
    const { stderr } = await start('subscribe', 'a/+/c', 'a/b/#', '--protocol', '3.1.1', '--count', '0')
      .exited
    expect(stderr).toContain('Warning: "a/+/c" and "a/b/#" overlap: over MQTT 3.1.1')
  })
})
