import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { Acceptance } from '../../src/cli/acceptance.js'
import {
  envelopeMessages,
  lineMessages,
  payloadMessage,
  readPayloadFile,
  readWholeInput
} from '../../src/cli/payload-sources.js'
import { UnknownFields } from '../../src/core/envelope/envelope.js'
import { type Message, type MessageFacts, NO_HEADERS } from '../../src/core/message.js'
import { formatRecordingHeader } from '../../src/core/recording/recording-header.js'
import { MemoryIo } from '../support/memory-io.js'
import { mqttTarget } from '../support/mqtt-target.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-payload-'))
afterAll(() => rmSync(folder, { recursive: true }))

const facts: MessageFacts = { headers: NO_HEADERS, guarantee: 1 }
const open = new AbortController().signal
const inputOf = (stdin: string | Uint8Array | AsyncIterable<Uint8Array>) => new MemoryIo({ stdin }).stdin
const textOf = ({ payload }: Message) => Buffer.from(payload ?? []).toString()

async function allOf(batches: AsyncIterable<Iterable<Message>>) {
  const messages: Message[] = []
  let failure: unknown
  try {
    for await (const batch of batches) messages.push(...batch)
  } catch (error) {
    failure = error
  }
  return { messages, failure }
}
const envelopesIn = (text: string) =>
  allOf(
    envelopeMessages(
      inputOf(text),
      { ...facts, channel: 'default' },
      { target: mqttTarget(), unknown: new UnknownFields(false), acceptance: new Acceptance() },
      open
    )
  )

describe('the content type of a payload', () => {
  it.each([
    ['{"a":1}', 'application/json'],
    [' [1]', 'application/json'],
    ['21.5', undefined],
    ['{"a":', undefined],
    ['text', undefined]
  ])('of %s is %s', (payload, contentType) => {
    expect(payloadMessage('a', Buffer.from(payload), facts).contentType).toBe(contentType)
  })

  it('is what the user has said', () => {
    expect(payloadMessage('a', Buffer.from('{}'), { ...facts, contentType: 'x/y' }).contentType).toBe('x/y')
  })
})

describe('a file', () => {
  it('is a payload byte for byte, and is JSON where its name says so', async () => {
    const file = join(folder, 'payload')
    writeFileSync(file, Uint8Array.of(0, 255))
    expect(Buffer.from(await readPayloadFile(file, open))).toEqual(Buffer.of(0, 255))
    const json = join(folder, 'payload.JSON')
    writeFileSync(json, '{\n"a": x}')
    await expect(readPayloadFile(json, open)).rejects.toMatchObject({
      code: 'invalid-json',
      details: { file: json, line: 2, column: 6 }
    })
  })
})

describe('all of stdin', () => {
  it('is one payload, whatever its chunks', async () => {
    async function* chunks() {
      yield Buffer.from('ab')
      yield Buffer.from('\n\0c')
    }
    expect(Buffer.from(await readWholeInput(inputOf(chunks()), open)).toString()).toBe('ab\n\0c')
  })

  it('is not empty, unless it was stopped', async () => {
    await expect(readWholeInput(inputOf(''), open)).rejects.toMatchObject({ code: 'empty-input' })
    expect(await readWholeInput(inputOf(''), AbortSignal.abort())).toHaveLength(0)
  })
})

it('each line of stdin is a message, an empty one and one without an end, too', async () => {
  const { messages } = await allOf(lineMessages(inputOf('a\n\nb'), 'c', facts, open))
  expect(messages.map(textOf)).toEqual(['a', '', 'b'])
  expect(messages.every(({ channel }) => channel === 'c')).toBe(true)
})

describe('envelopes on stdin', () => {
  it('are messages; a header of a recording, blank lines and a byte order mark are none', async () => {
    const header = formatRecordingHeader({ started: 0, broker: '', patterns: [], tidings: '1' })
    const { messages, failure } = await envelopesIn(
      `${header}{"channel":"a","payload":"1"}\n \r\n{"payload":"2"}\n`
    )
    expect(failure).toBeUndefined()
    expect(messages.map((message) => [message.channel, textOf(message)])).toEqual([
      ['a', '"1"'],
      ['default', '"2"']
    ])
    expect((await envelopesIn('\ufeff{"payload":1}')).messages).toHaveLength(1)
  })

  it.each([
    ['is no envelope', 'garbage', 'bad-envelope'],
    ['does not fit the broker', '{"channel":"a/+","payload":1}', 'bad-channel']
  ])('end at a line that %s, with its number, after all before it', async (_what, line, code) => {
    const { messages, failure } = await envelopesIn(`{"payload":1}\n\n${line}\n{"payload":2}\n`)
    expect(messages).toHaveLength(1)
    expect(failure).toMatchObject({ kind: 'bad-input', code, details: { line: 3 } })
  })
})
