import { describe, expect, it } from 'vitest'
import { Acceptance } from '../../src/cli/acceptance.js'
import {
  envelopeMessages,
  type LineReading,
  lineMessages,
  readLineMessages
} from '../../src/cli/payload-sources.js'
import { UnknownFields } from '../../src/core/envelope/envelope.js'
import { TidingsError } from '../../src/core/errors.js'
import { type Message, NO_HEADERS } from '../../src/core/message.js'
import { textMessage } from '../support/memory-connection.js'
import { MemoryIo } from '../support/memory-io.js'
import { mqttTarget } from '../support/mqtt-target.js'
import { contractOf, plainContract, WRONG } from '../support/plain-contract.js'

const facts = { headers: NO_HEADERS, guarantee: 1 } as const
const open = new AbortController().signal

async function allOf(batches: AsyncIterable<Iterable<Message>>) {
  const texts: string[] = []
  let failure: unknown
  try {
    for await (const batch of batches)
      for (const { payload } of batch) texts.push(Buffer.from(payload ?? []).toString())
  } catch (error) {
    failure = error
  }
  return { texts, failure }
}

const linesOf = (stdin: string, acceptance: Acceptance, reading?: LineReading['reading']) =>
  allOf(readLineMessages(new MemoryIo({ stdin }).stdin, 'a', facts, { reading, acceptance }, open))
const envelopesOf = (stdin: string, acceptance: Acceptance) =>
  allOf(
    envelopeMessages(
      new MemoryIo({ stdin }).stdin,
      { ...facts, channel: 'a' },
      { target: mqttTarget(), unknown: new UnknownFields(false), acceptance },
      open
    )
  )

const EACH = 'payload /temp: expected at most 30, found 31 (maximum)'

describe('a message that breaks the contract', () => {
  it.each([
    ['PAYLOAD', {}, 'correct PAYLOAD, or what the contract says at /channels/a'],
    ['PAYLOAD', { part: 'channel' }, 'correct CHANNEL, or what the contract says at /channels/a'],
    ['--empty', { part: 'headers' }, 'correct --header, or what the contract says at /channels/a'],
    ['stdin', { schema: '' }, 'correct stdin, or the contract'],
    [
      '"x.json"',
      { part: 'headers' },
      'correct "x.json", or what the contract says at /channels/a; or go on without it: --skip-invalid'
    ],
    [
      3,
      {},
      'correct line 3 of stdin, or what the contract says at /channels/a; or go on without it: --skip-invalid'
    ]
  ] as const)(
    'names what to correct, and is left out only among others: %s %j',
    (place, more, suggestion) => {
      const wrong = { ...WRONG, schema: '/channels/a', ...more }
      expect(() => new Acceptance(contractOf(() => [wrong])).check(textMessage('a'), place)).toThrow(
        expect.objectContaining({ suggestion })
      )
    }
  )

  it('is refused with its place, and everything that is known of it', () => {
    const several = contractOf(() => Array(7).fill(WRONG))
    expect(() => new Acceptance(several).check(textMessage('a'), '"x.json"')).toThrow(
      expect.objectContaining({
        kind: 'bad-input',
        code: 'contract-broken',
        message: `cannot publish "x.json" to "a": it breaks "room.yaml": ${Array(5).fill(EACH).join('; ')}, and 2 more`,
        suggestion: expect.stringContaining('--skip-invalid'),
        details: { channel: 'a', ...WRONG }
      })
    )
  })

  it('among lines ends them, after the messages before it', async () => {
    const { texts, failure } = await linesOf('1\n2\n!3\n4\n', new Acceptance(plainContract()))
    expect(texts).toEqual(['1', '2'])
    expect(failure).toMatchObject({
      kind: 'bad-input',
      message: expect.stringContaining(
        'cannot publish line 3 of stdin to "a": it breaks "room.yaml": payload /temp'
      ),
      details: { line: 3, pointer: '/temp', rule: 'maximum' }
    })
  })

  it('among envelopes ends them, after the messages before it', async () => {
    const acceptance = new Acceptance(plainContract())
    const { texts, failure } = await envelopesOf(
      '{"payload":"1","encoding":"text"}\n\n{"payload":"!2","encoding":"text"}\n',
      acceptance
    )
    expect(texts).toEqual(['1'])
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /^cannot publish line 3 of stdin to "a": it breaks "room.yaml": payload/
      ),
      details: { line: 3 }
    })
  })
})

describe('--skip-invalid', () => {
  it('leaves out lines that break the contract or cannot be read, and counts them', async () => {
    const acceptance = new Acceptance(plainContract(), true)
    const reading: LineReading['reading'] = (line, place) => {
      if (line.length > 0) return line
      throw new TidingsError('bad-input', `cannot publish ${place}: it is empty`, { code: 'empty' })
    }
    const { texts, failure } = await linesOf('1\n\n!3\n4\n', acceptance, reading)
    expect({ texts, failure }).toEqual({ texts: ['1', '4'], failure: undefined })
    expect(acceptance.sentences).toEqual([
      'left out 2 messages; the first one: cannot publish line 2 of stdin: it is empty'
    ])
  })

  it('leaves out lines that are no envelope, too', async () => {
    const acceptance = new Acceptance(plainContract(), true)
    const { texts, failure } = await envelopesOf(
      'no\n{"payload":"!2","encoding":"text"}\n{"payload":"3","encoding":"text"}\n',
      acceptance
    )
    expect({ texts, failure }).toEqual({ texts: ['3'], failure: undefined })
    expect(acceptance.skipped).toBe(2)
  })

  it('is no excuse for a bug', () => {
    expect(new Acceptance(undefined, true).skips(new Error('a bug'))).toBe(false)
  })
})

it('lines that keep the contract are those of the fast way, byte for byte', async () => {
  const stdin = 'a\n\nb\r\n{"n":1.0}'
  const fast = await allOf(lineMessages(new MemoryIo({ stdin }).stdin, 'a', facts, open))
  expect(await linesOf(stdin, new Acceptance(plainContract()))).toEqual(fast)
})
