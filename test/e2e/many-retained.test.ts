import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isMosquittoMissing, type PlainMosquitto, startPlainMosquitto } from '../support/mosquitto.js'
import { makeHome, runProgram } from '../support/program.js'

// mosquitto drops what waits for a subscriber of QoS 1 beyond 1000 messages, unless its configuration says otherwise.

const TOTAL = 5000
const home = makeHome()
afterAll(() => home.remove())

describe.skipIf(isMosquittoMissing)('5,000 retained messages on a mosquitto with nothing configured', () => {
  let mosquitto: PlainMosquitto
  const run = (args: readonly string[], stdin = '') =>
    runProgram([...args, '--broker', mosquitto.url], { env: home.env, stdin })

  beforeAll(async () => {
    mosquitto = await startPlainMosquitto()
    const lines = Array.from({ length: TOTAL }, (_, number) =>
      JSON.stringify({ channel: `flood/${number}`, payload: number, mqtt: { qos: 1, retain: true } })
    )
    expect(await run(['publish', '--json'], lines.join('\n'))).toMatchObject({ exitCode: 0 })
  })
  afterAll(() => mosquitto?.stop())

  const numbers = (lines: string) =>
    new Set(
      lines
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { channel?: string }).channel)
        .filter((channel) => channel?.startsWith('flood/'))
    ).size

  it.each([['5'], ['3.1.1']])('channels finds all of them over MQTT %s', async (version) => {
    const args = ['channels', 'flood/#', '--json', '--no-parameters', '--count', String(TOTAL)]
    const { stdout, exitCode } = await run([...args, '--for', '20s', '--protocol', version])
    expect([numbers(stdout), exitCode]).toEqual([TOTAL, 0])
  })

  it('subscribe shows each of them once', async () => {
    const { stdout } = await run(['subscribe', 'flood/#', '--json', '--retained', 'only'])
    expect(stdout.trim().split('\n')).toHaveLength(TOTAL)
    expect(numbers(stdout)).toBe(TOTAL)
  })

  it('a session gets all of them, and what is published while its subscriber is away, at QoS 1', async () => {
    const args = ['subscribe', 'flood/#', '--json', '--session', 'flood', '--timeout', '20s']
    expect(numbers((await run([...args, '--count', String(TOTAL)])).stdout)).toBe(TOTAL)
    await run(['publish', 'flood/away', 'x'])
    const { stdout } = await run([...args, '--count', '1'])
    expect(JSON.parse(stdout)).toMatchObject({ channel: 'flood/away', payload: 'x', mqtt: { qos: 1 } })
  })

  it('record writes all of them', async () => {
    const file = join(home.path, 'flood.jsonl')
    await run(['record', 'flood/#', '--output', file, '--count', String(TOTAL), '--timeout', '20s'])
    expect(numbers(readFileSync(file, 'utf8'))).toBe(TOTAL)
  })

  it('record warns beforehand over MQTT 3.1.1, where it cannot have all of them at QoS 1', async () => {
    const record = [
      'record',
      'flood/#',
      '--protocol',
      '3.1.1',
      '--count',
      '1',
      '--timeout',
      '20s',
      '--output'
    ]
    const { stderr } = await run([...record, join(home.path, 'old.jsonl')])
    expect(stderr).toContain('over MQTT 3.1.1 a broker may drop some of many retained messages')
    const all = await run([...record, join(home.path, 'all.jsonl'), '--qos', '0'])
    expect(all.stderr).not.toContain('may drop')
  })
})
