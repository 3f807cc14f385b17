import { describe, expect, it } from 'vitest'
import { newCatalogue } from '../../src/cli/new-catalogue.js'
import { ContractCheck } from '../../src/core/contract-check.js'
import { openDocument } from '../../src/operations/document-in-file.js'
import { observeFailure } from '../../src/operations/observe-channels.js'
import { type SurveyOptions, surveyChannels } from '../../src/operations/survey-channels.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'
import { connectionOptions } from '../support/connection-options.js'
import { FakeClock } from '../support/fake-clock.js'
import { MemoryConnection } from '../support/memory-connection.js'
import { memoryDocuments } from '../support/memory-documents.js'
import { messageOn, observed } from '../support/observed.js'
import { contractOf, plainContract, WRONG } from '../support/plain-contract.js'

const NAME = 'a.yaml'
const SEEN = `asyncapi: 3.0.0
info:
  title: mine
  version: 1.0.0
channels:
  a:
    address: a
    messages:
      a:
        payload:
          type: integer
`
const UNSEEN = SEEN.replaceAll(/\ba:/g, 'b:').replace('address: a', 'address: b')

/** A recording of one message on `a`, or of none. */
const recordingOf = (...channels: string[]): SurveyOptions['source'] => ({
  recording: {
    name: 'r.jsonl',
    async *open() {
      yield channels.map((channel) => ({ position: 7, message: messageOn(channel, '1') }))
    }
  }
})

async function survey(text: string | undefined, more: Partial<SurveyOptions> = {}) {
  const { files, written } = memoryDocuments(text === undefined ? {} : { [NAME]: text })
  const seen: string[] = []
  const outcome = await surveyChannels({
    source: recordingOf('a'),
    protocol: {
      grammar: mqttGrammar,
      describeServer: () => undefined,
      open: () => Promise.reject(new Error('nothing is opened here'))
    },
    patterns: [{ pattern: '#' }],
    catalogue: observed([]),
    clock: new FakeClock(),
    stop: new AbortController().signal,
    rules: {},
    documents: files,
    document: await openDocument(files, { name: NAME, mustExist: false }, { separator: '/' }),
    mayUpdate: true,
    hints: [],
    updateLine: 'tidings channels --asyncapi FILE',
    onSubscribed: () => undefined,
    onObserved: async (families, until) =>
      void seen.push(`${families.map(({ address }) => address)} until ${until}`),
    ...more
  })
  return { ...outcome, seen, text: written.get(NAME) }
}

describe('what was seen', () => {
  it('is nothing where a broker names no channel, and the protocol says why that may be', () => {
    const grammar = { ...mqttGrammar, unlisted: 'there is none' }
    expect(observeFailure(observed([]), ['#'], grammar)).toMatchObject({
      kind: 'nothing-received',
      suggestion: expect.stringMatching(/^there is none;/)
    })
  })

  it('is told before anything happens to the document', async () => {
    const told: (string | undefined)[] = []
    const { files, written } = memoryDocuments()
    await survey(undefined, {
      documents: files,
      onObserved: async () => void told.push(written.get(NAME))
    })
    expect(told).toEqual([undefined])
    expect(written.get(NAME)).toContain('address: a')
  })

  it('is told without a document, and is all that there is', async () => {
    const { seen, failure, comparison } = await survey(undefined, { document: undefined })
    expect(seen).toEqual(['a until 7'])
    expect({ failure, comparison }).toEqual({ failure: undefined, comparison: undefined })
  })

  it('was granted by a broker that is named, with the patterns', async () => {
    const granted: unknown[] = []
    const connection = new MemoryConnection()
    const surveying = survey(undefined, {
      source: { broker: connectionOptions('mqtt://memory') },
      protocol: { grammar: mqttGrammar, describeServer: () => undefined, open: async () => connection },
      count: 1,
      onSubscribed: (patterns, { url }) => granted.push(patterns, url)
    })
    await connection.whenSubscribed
    await connection.receive([messageOn('a', '1')])
    await surveying
    expect(granted).toEqual([['#'], 'mqtt://memory'])
  })
})

describe('a document', () => {
  it('that may be updated holds what was seen afterwards, and that it lacked it is no failure', async () => {
    const { comparison, failure, text } = await survey(UNSEEN)
    expect(comparison?.undocumented.map(({ address }) => address)).toEqual(['a'])
    expect(failure).toBeUndefined()
    expect(text).toContain('address: a')
  })

  it('that may not be updated stays as it is, and that it lacks what was seen is a failure', async () => {
    const { findings, failure, text } = await survey(UNSEEN, { mayUpdate: false })
    expect(findings?.undocumented.map(({ address }) => address)).toEqual(['a'])
    expect(failure).toMatchObject({ kind: 'wrong-messages', code: 'document-differs' })
    expect(text).toBe(UNSEEN)
  })

  it('that says what was seen is no failure', async () => {
    const { findings, failure } = await survey(SEEN, { mayUpdate: false })
    expect(findings).toMatchObject({ silent: [], undocumented: [] })
    expect(failure).toBeUndefined()
  })

  it('whose check finds a wrong message is a failure, although the comparison finds nothing', async () => {
    const check = new ContractCheck(contractOf(({ channel }) => (channel === 'a' ? [WRONG] : [])))
    const { findings, failure } = await survey(SEEN, { mayUpdate: false, check })
    expect(findings).toMatchObject({ broken: [{ channel: 'a', rule: 'maximum' }], wrong: 1 })
    expect(failure?.message).toContain('of 1 message wrong')
    expect(failure).toMatchObject({ kind: 'wrong-messages', details: { wrong: 1 } })
  })
})

it('at high rates every message is checked, although only some are examined for their schemas', async () => {
  const connection = new MemoryConnection()
  const limits = { 'max-channels': 10, 'max-memory': 10_000_000, history: 1 }
  const catalogue = newCatalogue(limits, mqttGrammar, 0)
  const check = new ContractCheck(plainContract())
  const surveying = survey(SEEN, {
    source: { broker: connectionOptions('mqtt://memory') },
    protocol: { grammar: mqttGrammar, describeServer: () => undefined, open: async () => connection },
    mayUpdate: false,
    count: 1501,
    catalogue,
    check
  })
  await connection.whenSubscribed
  const payload = `"${'x'.repeat(1000)}"`
  await connection.receive([
    ...Array.from({ length: 1500 }, () => messageOn('a', payload)),
    messageOn('a', '!wrong')
  ])
  expect((await surveying).findings).toMatchObject({ checked: 1501, wrong: 1 })
  expect(catalogue.dropped.unexamined).toBeGreaterThan(500)
})

describe('where nothing was seen', () => {
  it('the document stays as it is, and it is a failure that names the recording', async () => {
    const { failure, comparison, text } = await survey(UNSEEN, { source: recordingOf() })
    expect(failure).toMatchObject({ kind: 'nothing-received', message: expect.stringContaining('"r.jsonl"') })
    expect(comparison).toBeUndefined()
    expect(text).toBe(UNSEEN)
  })

  it.each([
    ['nothing was', []],
    ['something was', ['a']]
  ])(
    'of a recording that a signal cut short, %s: it is interrupted, and the document stays',
    async (_what, channels) => {
      const stop = AbortSignal.abort('SIGTERM')
      const { failure, comparison, text } = await survey(UNSEEN, { source: recordingOf(...channels), stop })
      expect(failure).toMatchObject({ kind: 'interrupted', details: { signal: 'SIGTERM' } })
      expect(comparison).toBeUndefined()
      expect(text).toBe(UNSEEN)
    }
  )
})
