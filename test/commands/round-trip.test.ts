import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Publish from '../../src/commands/publish.js'
import Subscribe from '../../src/commands/subscribe.js'
import { formatEnvelope, parseEnvelope } from '../../src/core/envelope/envelope.js'
import { type Header, type Message, type MqttBinding, payloadBytes } from '../../src/core/message.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'

let first: TestBroker
let second: TestBroker

beforeAll(async () => {
  first = await startEmbeddedBroker()
  second = await startEmbeddedBroker()
})

afterAll(async () => {
  await first.stop()
  await second.stop()
})

const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((s) => s.isWellFormed() && !s.includes('\0'))
const name = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '7', '', 'a b'))
const notable = [
  '',
  '\0',
  '\0\u0001binary\0',
  '9223372036854775807',
  '-9223372036854775808',
  '1.0',
  '1e400',
  '-0',
  '{"__proto__":{"a":1},"constructor":1}',
  '{"b":1,"a":2,"b":3}',
  '{\n  "name": "Ada",\r\n\t"age": 36\n}\n',
  ' [1, 2]\n',
  '"\\ud800"',
  '\ufeff{"bom":true}',
  'plain text',
  'line\nbreak\u2028separator',
  '\x1b[31mred\x1b[0m'
]
const payload = fc.oneof(
  fc.constantFrom(...notable.map((value) => Buffer.from(value))),
  fc.constant(Buffer.from([0xff, 0xfe, 0x80, 0x00])),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  fc.json().map((value) => Buffer.from(value))
)
// mqtt-packet, which the embedded broker reads with, drops an empty value that another of the same name follows.
const headers: fc.Arbitrary<Header[]> = fc.array(
  fc.tuple(
    name,
    text.filter((value) => value !== '')
  ),
  { maxLength: 4 }
)
const mqtt: fc.Arbitrary<MqttBinding> = fc.record(
  { retain: fc.constant(false), payloadUtf8: fc.constant(false) },
  { requiredKeys: ['retain'] }
)
const message = (qos: 1 | 2): fc.Arbitrary<Message> =>
  fc.record(
    {
      channel: fc.constantFrom('plain', 'a/b', 'über/größe', 'with space/x', '日本'),
      payload,
      headers,
      guarantee: fc.constant(qos),
      contentType: text.filter((value) => value !== ''),
      responseChannel: fc.constantFrom('answers', 'a/b/c'),
      correlation: fc.uint8Array({ minLength: 1, maxLength: 20 }),
      mqtt
    },
    { requiredKeys: ['channel', 'payload', 'headers', 'guarantee', 'mqtt'] }
  )

/**
 * What must come through unchanged. Headers are compared name by name, each with its values in order: the broker here keeps
 * user properties in an object, which sorts names that look like integers; real brokers are asked in the contract suite.
 */
function facts({ channel, payload, headers, time: _time, correlation, ...others }: Message): unknown {
  const names = [...new Set(headers.map(([name]) => name))].sort()
  return {
    channel,
    payload: payload && Buffer.from(payload).toString('base64'),
    headers: names.map((name) => [
      name,
      headers.filter(([other]) => other === name).map(([, value]) => value)
    ]),
    ...others,
    ...(correlation && { correlation: Buffer.from(correlation).toString('hex') })
  }
}

/** Publishes envelope lines and returns the lines that a subscriber on the same broker writes for them. */
async function through(broker: TestBroker, lines: string, count: number): Promise<string> {
  const world = new MemoryIo()
  const subscribing = runCommand(
    Subscribe,
    ['#', '--json', '-q', '2', '--count', String(count), '-b', broker.url, '--timeout', '20s'],
    world
  )
  await world.stderr.contains('Subscribed to')
  const published = await outcomeOf(Publish, ['--json', '-b', broker.url], { stdin: lines })
  expect(published).toMatchObject({ exitCode: 0, stdout: '' })
  await subscribing
  expect({ exitCode: world.exitCode, stderr: world.stderr.text }).toMatchObject({ exitCode: 0 })
  return world.stdout.text
}

const parsed = (lines: string) =>
  lines
    .trimEnd()
    .split('\n')
    .map((line) => facts(parseEnvelope(Buffer.from(line))))

describe('subscribe --json | publish --json', () => {
  // One QoS at a time: the standard keeps the order of messages of the same QoS only [MQTT-4.6.0-6].
  it.each([1, 2] as const)(
    'changes nothing at QoS %i: any bytes, headers and properties survive two brokers',
    async (qos) => {
      await fc.assert(
        fc.asyncProperty(fc.array(message(qos), { minLength: 50, maxLength: 50 }), async (messages) => {
          const lines = messages.map((each) => `${formatEnvelope(each)}\n`).join('')
          const once = await through(first, lines, messages.length)
          const twice = await through(second, once, messages.length)
          expect(parsed(once)).toEqual(messages.map(facts))
          expect(parsed(twice)).toEqual(messages.map(facts))
        }),
        { numRuns: 6, endOnFailure: true }
      )
    }
  )

  it('carries a mebibyte', async () => {
    const big: Message = {
      channel: 'big',
      payload: Buffer.alloc(1024 * 1024, 0xa5),
      headers: [],
      guarantee: 1,
      mqtt: { retain: false }
    }
    expect(parsed(await through(first, `${formatEnvelope(big)}\n`, 1))).toEqual([facts(big)])
  })

  it('lets an edit made with jq win over the raw text', async () => {
    const spread = Buffer.from('{\n  "n": 1\n}')
    const line = formatEnvelope({
      channel: 'a',
      payload: spread,
      headers: [],
      guarantee: 1,
      mqtt: { retain: false }
    })
    const edited = line.replace('"payload":{"n":1}', '"payload":{"n":2}')
    expect(edited).not.toBe(line)
    const [received] = (await through(first, `${edited}\n`, 1)).split('\n')
    expect(Buffer.from(payloadBytes(parseEnvelope(Buffer.from(received ?? '')))).toString()).toBe('{"n":2}')
  })
})
