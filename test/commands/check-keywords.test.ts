import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import Channels from '../../src/commands/channels.js'
import { isSuiteLeftOut, JSON_SCHEMA_SUITE } from '../support/json-schema-suite.js'
import { outcomeOf } from '../support/run-command.js'

const folder = mkdtempSync(join(tmpdir(), 'tidings-keywords-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** A schema, payloads that keep it, and payloads that break it; the keyword is the rule that they break. */
interface Case {
  readonly keyword: string
  readonly schema: unknown
  readonly kept: readonly unknown[]
  readonly broken: readonly unknown[]
}

/** Checks a recording of all payloads, a channel for each case; returns how often each rule was broken on each channel. */
async function check(cases: readonly Case[]) {
  const channels = cases.map(({ schema }, at) => [
    `c${at}`,
    { address: `case/${at}`, messages: { m: { contentType: 'application/json', payload: schema } } }
  ])
  const document = { asyncapi: '3.0.0', info: { title: 't', version: '1' } }
  const name = join(folder, 'document.json')
  writeFileSync(name, JSON.stringify({ ...document, channels: Object.fromEntries(channels) }))
  const lines = cases.flatMap(({ kept, broken }, at) =>
    [...kept, ...broken].map((payload) =>
      JSON.stringify({ channel: `case/${at}`, payload, encoding: 'json' })
    )
  )
  const recording = join(folder, 'recording.jsonl')
  writeFileSync(recording, `${lines.join('\n')}\n`)
  const outcome = await outcomeOf(Channels, ['--recording', recording, '--check', name, '--json'])
  const findings = outcome.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  return { ...outcome, broken: findings.filter(({ finding }) => finding === 'broken') }
}

const given = (keyword: string, value: unknown, kept: unknown[], broken: unknown[]): Case => ({
  keyword,
  schema: { [keyword]: value },
  kept,
  broken
})
const CASES: readonly Case[] = [
  given('type', 'integer', [5, -1], [5.5, '5', null]),
  given('enum', ['a', { b: 1 }], ['a', { b: 1 }], ['b', { b: 2 }]),
  given('const', 7, [7], [8, '7']),
  given('multipleOf', 0.5, [1, 1.5], [1.25]),
  given('maximum', 30, [30, 'x'], [31]),
  given('exclusiveMaximum', 30, [29], [30]),
  given('minimum', 3, [3], [2]),
  given('exclusiveMinimum', 3, [4], [3]),
  given('maxLength', 2, ['ab', '💙💙'], ['abc']),
  given('minLength', 2, ['ab'], ['a', '💙']),
  given('pattern', '^a+$', ['aa'], ['b']),
  given('format', 'email', ['ada@example.com'], ['ada']),
  given('items', { type: 'string' }, [[], ['a']], []),
  given('maxItems', 1, [[1]], [[1, 2]]),
  given('minItems', 1, [[1]], [[]]),
  given('uniqueItems', true, [[1, 2]], [[1, 1]]),
  given('contains', { const: 1 }, [[2, 1]], [[2]]),
  given('maxProperties', 1, [{ a: 1 }], [{ a: 1, b: 2 }]),
  given('minProperties', 1, [{ a: 1 }], [{}]),
  given('required', ['a'], [{ a: null }], [{ b: 1 }]),
  given('patternProperties', { '^t_': { type: 'number' } }, [{ t_1: 1, x: 'y' }], []),
  given('additionalProperties', false, [{}], [{ a: 1 }]),
  given('not', { type: 'string' }, [1], ['a'])
]

describe('channels --check', () => {
  it('knows the keywords of JSON Schema, and raises no false alarm', async () => {
    const { broken, exitCode } = await check(CASES)
    expect(exitCode).toBe(10)
    const told = broken.map(({ channel, rule, count }) => `${channel} ${rule} ${count}`)
    const expected = CASES.flatMap(({ keyword, broken: wrong }, at) =>
      wrong.length > 0 ? [`case/${at} ${keyword} ${wrong.length}`] : []
    )
    expect(told).toEqual(expect.arrayContaining(expected))
    // What an item lacks is told besides, by its own rule.
    const others = told.filter((each) => !expected.includes(each))
    expect(others).toEqual([`case/${CASES.findIndex(({ keyword }) => keyword === 'contains')} const 1`])
  })

  it('takes 5.0 for a whole number, and names that match a pattern for described', async () => {
    const name = join(folder, 'whole.yaml')
    writeFileSync(
      name,
      `asyncapi: 3.0.0
channels:
  a:
    address: a
    messages:
      m:
        payload:
          patternProperties: { '^n_': { type: integer } }
          additionalProperties: false
`
    )
    const recording = join(folder, 'whole.jsonl')
    writeFileSync(recording, '{"channel":"a","payload":{"n_1":5.0},"encoding":"json"}\n')
    const { stdout, exitCode } = await outcomeOf(Channels, ['--recording', recording, '--check', name])
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 0 })
  })

  it('finds one bad message among 5,000', async () => {
    const kept = Array.from({ length: 5000 }, (_, at) => ({ temp: at % 30 }))
    const schema = { properties: { temp: { maximum: 30 } } }
    const { broken, exitCode } = await check([{ keyword: 'maximum', schema, kept, broken: [{ temp: 31 }] }])
    expect(exitCode).toBe(10)
    expect(broken).toMatchObject([{ channel: 'case/0', rule: 'maximum', count: 1 }])
  })

  it('reads an object as one where the document says neither type nor content type, and a number as text, too', async () => {
    const name = join(folder, 'bare.yaml')
    const messageOf = (payload: string) =>
      `{ address: ${payload.length}, messages: { m: { payload: ${payload} } } }`
    const bare = '{ properties: { temp: { maximum: 30 } } }'
    const text = '{ type: string }'
    writeFileSync(
      name,
      `asyncapi: 3.0.0\nchannels:\n  a: ${messageOf(bare)}\n  b: ${messageOf(text)}\n`.replaceAll(
        /address: (\d+)/g,
        "address: '$1'"
      )
    )
    const recording = join(folder, 'bare.jsonl')
    const lines = [
      `{"channel":"${bare.length}","payload":{"temp":31},"encoding":"json"}`,
      `{"channel":"${text.length}","payload":21.5,"encoding":"json"}`
    ]
    writeFileSync(recording, `${lines.join('\n')}\n`)
    const { stdout } = await outcomeOf(Channels, ['--recording', recording, '--check', name])
    expect(stdout).toBe(`${bare.length}: payload /temp: expected at most 30, found 31 (maximum), 1 message\n`)
  })

  it('reads AsyncAPI 2', async () => {
    const name = join(folder, 'old.yaml')
    const message = 'message: { payload: { type: number, maximum: 30 } }'
    writeFileSync(name, `asyncapi: 2.6.0\nchannels:\n  a: { publish: { ${message} } }\n  b: {}\n`)
    const recording = join(folder, 'old.jsonl')
    writeFileSync(recording, '{"channel":"a","payload":1}\n{"channel":"a","payload":31}\n')
    const { stdout, exitCode } = await outcomeOf(Channels, ['--recording', recording, '--check', name])
    expect(exitCode).toBe(10)
    expect(stdout).toBe(
      'b: silent: in the document, nothing came\na: payload: expected at most 30, found 31 (maximum), 1 message\n'
    )
  })
})

const FILES =
  'additionalItems additionalProperties allOf anyOf boolean_schema const contains dependencies enum exclusiveMaximum exclusiveMinimum if-then-else items maxItems maxLength maxProperties maximum minItems minLength minProperties minimum multipleOf not oneOf pattern patternProperties properties propertyNames required type uniqueItems'

describe.skipIf(isSuiteLeftOut)("JSON Schema's own tests, of draft 7, through a recording", () => {
  it.each(FILES.split(' '))('%s', async (file) => {
    const groups: readonly {
      description: string
      schema: unknown
      tests: readonly { data: unknown; valid: boolean }[]
    }[] = JSON.parse(readFileSync(join(JSON_SCHEMA_SUITE, 'draft7', `${file}.json`), 'utf8'))
    const cases = groups
      // What a reference may lead to is the engine's matter, and within a document it is another place.
      .filter(({ schema }) => !/"\$(?:ref|id)"/.test(JSON.stringify(schema)))
      .map(({ description, schema, tests }) => ({
        keyword: description,
        schema,
        kept: tests.filter(({ valid }) => valid).map(({ data }) => data),
        broken: tests.filter(({ valid }) => !valid).map(({ data }) => data)
      }))
    const { stderr } = await check(cases)
    const wrong = cases.reduce((sum, { broken }) => sum + broken.length, 0)
    const all = cases.reduce((sum, { kept, broken }) => sum + kept.length + broken.length, 0)
    expect(JSON.parse(stderr.split('\n').find((line) => line.startsWith('{')) ?? '{}')).toMatchObject({
      error: { code: 'document-differs', checked: all, wrong }
    })
  })
})
