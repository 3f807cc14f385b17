import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import Publish from '../../src/commands/publish.js'
import Subscribe from '../../src/commands/subscribe.js'
import { parseEnvelope } from '../../src/core/envelope/envelope.js'
import { type Message, payloadBytes } from '../../src/core/message.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { MemoryIo } from '../support/memory-io.js'
import { outcomeOf, runCommand } from '../support/run-command.js'

let broker: TestBroker

beforeAll(async () => {
  broker = await startEmbeddedBroker()
})

afterAll(async () => {
  await broker.stop()
})

/** Runs publish and returns the messages that reached a subscriber of everything. */
async function published(argv: string[], stdin?: string, count = 1): Promise<Message[]> {
  const witness = new MemoryIo()
  const args = [
    '#',
    '--json',
    '--qos',
    '2',
    '--retained',
    'skip',
    '--count',
    String(count),
    '--timeout',
    '10s',
    '-b',
    broker.url
  ]
  const subscribing = runCommand(Subscribe, args, witness)
  await witness.stderr.contains('Subscribed to')
  const outcome = await outcomeOf(Publish, [...argv, '-b', broker.url], stdin === undefined ? {} : { stdin })
  expect(outcome).toMatchObject({ exitCode: 0, stdout: '' })
  await subscribing
  expect(witness.exitCode).toBe(0)
  return witness.stdout.text
    .trimEnd()
    .split('\n')
    .map((line) => parseEnvelope(Buffer.from(line)))
}

const textOf = (message: Message) => Buffer.from(payloadBytes(message)).toString()

describe('the payload', () => {
  it('is the argument, byte for byte, and at QoS 1', async () => {
    const [message] = await published(['greetings/ümlaut', ' {"n": 1.0 }'])
    expect(message && textOf(message)).toBe(' {"n": 1.0 }')
    expect(message).toMatchObject({ channel: 'greetings/ümlaut', guarantee: 1, mqtt: { retain: false } })
  })

  it('is all of stdin, newline included, for - and when nothing else is named', async () => {
    expect((await published(['a', '-'], 'one\ntwo\n')).map(textOf)).toEqual(['one\ntwo\n'])
    expect((await published(['a'], 'three\n')).map(textOf)).toEqual(['three\n'])
  })

  it('is each line of stdin for --lines', async () => {
    expect((await published(['a', '--lines'], 'one\n\n\0three\r', 3)).map(textOf)).toEqual([
      'one',
      '',
      '\0three\r'
    ])
  })

  it('is each file for --file', async () => {
    const files = ['--file', 'examples/user-signed-up.json', '--file', 'examples/fridge-almost-empty.json']
    expect(
      (await published(['a', ...files], undefined, 2)).map((message) => JSON.parse(textOf(message)))
    ).toEqual([{ name: 'Ada Lovelace', email: 'ada@example.com', age: 36 }, { percent: 4 }])
  })

  it('is stdin for --file -, also among files', async () => {
    const files = ['--file', '-', '--file', 'examples/fridge-almost-empty.json']
    expect((await published(['a', ...files], 'from stdin', 2)).map(textOf)[0]).toBe('from stdin')
  })

  it('is not stdin twice', async () => {
    const argv = ['a', '--file', '-', '--file', '-', '-b', broker.url]
    const { exitCode, stderr } = await outcomeOf(Publish, argv, { stdin: 'x' })
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('stdin can be read only once')
    })
  })

  it('is the bytes that --encoding reads, from each source', async () => {
    const hex = ['--encoding', 'hex']
    const bytesOf = (messages: readonly Message[]) =>
      messages.map((message) => Buffer.from(payloadBytes(message)).toString('latin1'))
    expect(bytesOf(await published(['a', '00ff', ...hex]))).toEqual(['\0\xff'])
    expect(bytesOf(await published(['a', ...hex], '00 fe\n'))).toEqual(['\0\xfe'])
    expect(bytesOf(await published(['a', '--lines', '--encoding', 'base64'], 'AP8=\nAA', 2))).toEqual([
      '\0\xff',
      '\0'
    ])
  })

  it('that is not what was said ends with 6, after the lines before it', async () => {
    const outcome = (argv: string[], stdin?: string) =>
      outcomeOf(Publish, ['a', ...argv, '-b', broker.url], stdin === undefined ? {} : { stdin })
    expect(await outcome(['{"n":}', '--content-type', 'application/json'])).toEqual({
      exitCode: 6,
      stdout: '',
      stderr:
        'Error: cannot publish PAYLOAD as application/json: line 1, column 6: expected a value, found "}"\n  Try: quote it for the shell: \'{"name":"Ada"}\'\n'
    })
    const lines = await outcome(['--lines', '--content-type', 'application/x+json'], '1\n2\n{\n4\n')
    expect(lines.exitCode).toBe(6)
    expect(lines.stderr).toContain('cannot publish line 3 of stdin as application/x+json: line 1, column 2')
    expect(await outcome(['--file', 'README.md', '--encoding', 'base64'])).toMatchObject({
      exitCode: 6,
      stderr: expect.stringContaining('cannot publish "README.md": it is not base64')
    })
    expect((await outcome(['--json', '--encoding', 'hex'], '')).exitCode).toBe(2)
  })

  it('is nothing for --empty', async () => {
    expect((await published(['a', '--empty'])).map(textOf)).toEqual([''])
  })

  it.each([
    [['--lines', '--every', '20ms'], 'x\ny\nz\n', 40],
    [['--lines', '--rate', '100'], 'x\ny\nz\n', 20],
    [['--json', '--every', '20ms'], '{"payload":1}\n{"payload":2}\n', 20]
  ] as const)('comes one after the other for %j', async (flags, stdin, least) => {
    const began = performance.now()
    const argv = ['pace', ...flags, '-b', broker.url]
    const { exitCode } = await outcomeOf(Publish, argv, { stdin })
    expect(exitCode).toBe(0)
    // As long as that it must take; how much longer is up to the machine.
    expect(performance.now() - began).toBeGreaterThan(least)
  })

  it('cannot have both a time between messages and a rate', async () => {
    const argv = ['pace', '--lines', '--every', '1s', '--rate', '5', '-b', broker.url]
    expect(await outcomeOf(Publish, argv, { stdin: 'x' })).toMatchObject({ exitCode: 2 })
  })

  it('comes N times for --repeat', async () => {
    expect(
      (await published(['a', 'x', '--repeat', '3', '--every', '1ms'], undefined, 3)).map(textOf)
    ).toEqual(['x', 'x', 'x'])
  })
})

describe('the content type', () => {
  it('is application/json by itself for an object or array, and not for a word or a number', async () => {
    const typeOf = async (payload: string) => (await published(['a', payload]))[0]?.contentType
    expect(await typeOf('{"n":1}')).toBe('application/json')
    expect(await typeOf('[1]')).toBe('application/json')
    expect(await typeOf('42')).toBeUndefined()
    expect(await typeOf('{broken')).toBeUndefined()
  })

  it('is what the user says', async () => {
    expect((await published(['a', '{}', '--content-type', 'text/x']))[0]?.contentType).toBe('text/x')
  })
})

describe('the message flags', () => {
  it('reach the subscriber', async () => {
    const flags =
      '-q 2 -H source=web -H k=a=b --expiry 1m --response-channel answers --correlation c1 --payload-utf8'
    const [message] = await published(['a', 'x', ...flags.split(' ')])
    expect(message).toMatchObject({
      headers: [
        ['source', 'web'],
        ['k', 'a=b']
      ],
      guarantee: 2,
      expiry: 60,
      responseChannel: 'answers',
      mqtt: { payloadUtf8: true }
    })
    expect(Buffer.from(message?.correlation ?? []).toString()).toBe('c1')
  })
})

describe('envelope lines', () => {
  it('get what the message flags say where they say nothing themselves', async () => {
    const flags = '-H source=web -H k=v --expiry 1m --content-type text/x --response-channel answers'
    const own = '{"payload":2,"headers":{"k":"own"},"mqtt":{"expiry":7,"correlation":"b3du"}}'
    const messages = await published(
      ['a', '--json', ...flags.split(' '), '--correlation', 'flag', '--payload-utf8'],
      `{"payload":1}\n${own}\n`,
      2
    )
    const correlations = messages.map(({ correlation }) => Buffer.from(correlation ?? []).toString())
    expect(correlations).toEqual(['flag', 'own'])
    expect(messages[0]).toMatchObject({
      headers: [
        ['source', 'web'],
        ['k', 'v']
      ],
      expiry: 60,
      contentType: 'text/x',
      responseChannel: 'answers',
      mqtt: { payloadUtf8: true }
    })
    expect(messages[1]).toMatchObject({
      headers: [
        ['k', 'own'],
        ['source', 'web']
      ],
      expiry: 7,
      contentType: 'text/x',
      responseChannel: 'answers',
      mqtt: { payloadUtf8: true }
    })
  })

  it('may have blank lines between them, and a byte order mark before the first', async () => {
    const lines = '\ufeff{"channel":"a","payload":1}\r\n\r\n \t\n{"channel":"a","payload":2}\n'
    expect((await published(['--json'], lines, 2)).map(textOf)).toEqual(['1', '2'])
  })

  it('may be a recording: its header is no message', async () => {
    const header = '{"recording":{"version":1,"started":"2026-01-01T00:00:00.000000Z"}}\n'
    const [message] = await published(['--json'], `${header}{"offset":0,"channel":"a","payload":1}\n`)
    expect(message).toMatchObject({ channel: 'a' })
  })

  it('go to their own channels, and to CHANNEL where they name none', async () => {
    const lines = '{"channel":"own","payload":1}\n\n{"payload":"text","encoding":"text","mqtt":{"qos":0}}\n'
    const messages = await published(['default', '--json', '--qos', '2'], lines, 2)
    expect(messages.map(({ channel, guarantee: qos }) => [channel, qos]).sort()).toEqual([
      ['default', 0],
      ['own', 2]
    ])
  })
})

describe('envelope lines with what MQTT cannot carry', () => {
  const keyed = (n: number) => `{"channel":"lossy","key":"k${n}","payload":${n}}\n`
  const timed = '{"channel":"lossy","sourceTime":"2026-11-28T00:00:00.000001Z","payload":9}\n'
  const tombstone = '{"channel":"lossy","payload":null,"encoding":"null"}\n'

  /** Publishes lines while `count` messages reach a subscriber; what a script sees, and their payloads. */
  async function lossy(lines: string, count: number, ...flags: string[]) {
    const witness = new MemoryIo()
    const argv = ['lossy', '--raw', '--count', String(count), '--timeout', '10s', '-b', broker.url]
    const subscribing = runCommand(Subscribe, argv, witness)
    await witness.stderr.contains('Subscribed to')
    const outcome = await outcomeOf(Publish, ['--json', ...flags, '-b', broker.url], { stdin: lines })
    await subscribing
    expect(witness.exitCode).toBe(0)
    return { ...outcome, received: witness.stdout.text.replace(/\n$/, '').split('\n') }
  }

  it('go without their keys and times, which is told once, with the count', async () => {
    const { exitCode, stderr, received } = await lossy(keyed(1) + timed + keyed(2) + keyed(3), 4, '--quiet')
    expect({ exitCode, received }).toEqual({ exitCode: 0, received: ['1', '9', '2', '3'] })
    expect(stderr).toBe(
      'Warning: dropped 3 keys: MQTT has no message keys\n' +
        'Warning: dropped a source time: MQTT carries no time of publication\n'
    )
  })

  it('go without headers that are not text, and with the others', async () => {
    const line = '{"channel":"a","headers":{"x":{"base64":"/w=="},"y":"1"},"payload":1}\n'
    const [message] = await published(['--json'], line)
    expect(message?.headers).toEqual([['y', '1']])
  })

  it.each([
    ['a key', keyed(3), 'it has a key, and MQTT has no message keys'],
    ['a source time', timed, 'it has a source time, and MQTT carries no time of publication']
  ])(
    'with --strict end with 6 at a line with %s, after everything before it was sent',
    async (_, line, why) => {
      const plain = '{"channel":"lossy","payload":1}\n{"channel":"lossy","payload":2}\n'
      const { exitCode, stderr, received } = await lossy(plain + line + plain, 2, '--strict')
      expect({ exitCode, received }).toEqual({ exitCode: 6, received: ['1', '2'] })
      const error = stderr.trimEnd().split('\n').at(-1) ?? ''
      expect(JSON.parse(error).error).toMatchObject({ exitCode: 6, code: 'not-supported', line: 3 })
      expect(JSON.parse(error).error.message).toContain(`line 3 of stdin: ${why}`)
      expect(stderr).not.toContain('dropped')
    }
  )

  it('end with 6 at a line without a payload, strict or not, after everything before it was sent', async () => {
    for (const flags of [[], ['--strict']]) {
      const { exitCode, stderr, received } = await lossy(
        `{"channel":"lossy","payload":1}\n${tombstone}`,
        1,
        ...flags
      )
      expect({ exitCode, received }).toEqual({ exitCode: 6, received: ['1'] })
      expect(stderr).toContain(
        'line 2 of stdin: it has no payload, and MQTT has no messages without a payload'
      )
      const { suggestion } = JSON.parse(stderr.trimEnd().split('\n').at(-1) ?? '').error
      expect(suggestion).toBe('--null-as-empty sends it as an empty one; or go on without it: --skip-invalid')
    }
  })

  it('go without a payload as empty ones where that is wished, which is told once, with the count', async () => {
    const plain = '{"channel":"lossy","payload":1}\n'
    const lines = tombstone + plain + tombstone
    const { exitCode, stderr, received } = await lossy(lines, 3, '--null-as-empty', '--quiet')
    expect({ exitCode, received }).toEqual({ exitCode: 0, received: ['', '1', ''] })
    expect(stderr).toBe(
      'Warning: sent 2 messages without a payload as empty ones: MQTT has no messages without a payload\n'
    )
  })

  it('do have a payload where it is the JSON value null', async () => {
    const [message] = await published(['--json'], '{"channel":"a","payload":null}\n')
    expect(message && textOf(message)).toBe('null')
  })
})

describe('envelopes on stdin', () => {
  const publishLines = (stdin: string, ...args: string[]) =>
    outcomeOf(Publish, ['--json', ...args, '-b', broker.url], { stdin })

  it('have their unknown fields told once, with what was probably meant', async () => {
    const line = '{"channel":"unknown/fields","payload":1,"qos":0,"retain":true}\n'
    const { exitCode, stderr } = await publishLines(line + line)
    expect(exitCode).toBe(0)
    expect(stderr).toContain(
      'Warning: ignored fields that are none of an envelope: "qos" (2; did you mean mqtt.qos?), "retain" (2; did you mean mqtt.retain?)\n'
    )
    const strict = await publishLines(line, '--strict')
    expect(strict.exitCode).toBe(6)
    expect(strict.stderr).toContain('line 1 of stdin: field \\"qos\\" is none of an envelope')
  })

  it('over several lines are answered with jq -c, a list with how to take it apart', async () => {
    expect((await publishLines('{\n  "channel": "a"\n}\n')).stderr).toContain('jq -c')
    expect((await publishLines('[{"channel":"a","payload":1}]\n')).stderr).toContain("jq -c '.[]'")
  })

  it('of a newer recording are refused with the line', async () => {
    const { exitCode, stderr } = await publishLines(
      '{"recording":{"version":3}}\n{"channel":"a","payload":1}\n'
    )
    expect(exitCode).toBe(6)
    expect(stderr).toContain('cannot publish line 1 of stdin: it is a recording of version 3, newer than 2')
  })
})

describe('--strict over MQTT 3.1.1', () => {
  const strict = (args: string[], stdin?: string) =>
    outcomeOf(
      Publish,
      [...args, '--strict', '--protocol', '3.1.1', '-b', broker.url],
      stdin === undefined ? {} : { stdin }
    )

  it.each([
    ['a list of headers', ['--header', 'a=b']],
    ['a content type', ['--content-type', 'application/json']],
    ['a response channel', ['--response-channel', 'answers']],
    ['a correlation', ['--correlation', '7']],
    ['an expiry', ['--expiry', '1h']],
    ['a payload format', ['--payload-utf8']]
  ])('does not send a message with %s, and ends with 6', async (what, flags) => {
    const { exitCode, stderr } = await strict(['strict', '{"a":1}', ...flags])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 6 })
    expect(stderr).toContain(`it has ${what}, and MQTT 3.1.1 carries none`)
    expect(stderr).toContain('published 0 of 1 message')
  })

  it('sends what it can carry, also JSON whose content type nobody has named', async () => {
    expect(await strict(['strict', '{"a":1}', '--retain'])).toMatchObject({ exitCode: 0 })
  })

  it('sends the other lines', async () => {
    const lines =
      '{"channel":"strict","payload":"1","headers":{"a":"b"}}\n{"channel":"strict","payload":"2"}\n'
    const { exitCode, stderr } = await strict(['--json'], lines)
    expect(exitCode).toBe(6)
    expect(stderr).toContain('published 1 of 2 messages: 1 refused')
  })
})

it.each(['--retain=false', '--retain=true'])('%s publishes no payload "false" or "true"', async (flag) => {
  const outcome = await outcomeOf(Publish, ['lamp', flag, '-b', broker.url])
  expect(outcome).toMatchObject({ exitCode: 2 })
  expect(outcome.stderr).toContain('cannot use "--retain" with a value: it is a switch')
})

describe('--key-delimiter', () => {
  it.each([
    [['a', '--lines', '--key-delimiter', ''], 'it is empty'],
    [['a', '--lines', '--key-delimiter', ':\n'], 'no line has a newline'],
    [['a', 'k:v', '-K', ':'], '--lines'],
    [['a', '--lines', '-K', ':', '--message-key', 'k'], '--message-key']
  ])('makes no sense as in %j', async (argv, why) => {
    const outcome = await outcomeOf(Publish, [...argv, '-b', broker.url], { stdin: 'k:v' })
    expect(outcome).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(why) })
  })
})
