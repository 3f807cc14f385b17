import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { asChannel, findObeyed, hostileTexts } from '../support/hostile-text.js'
import { lastingSubscribe } from '../support/lasting-subscribe.js'
import { makeHome, runProgram } from '../support/program.js'
import { accept, type Script } from '../support/scripted-broker.js'
import { TerminalProgram } from '../support/terminal-program.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'

const COUNT = 10_000
const home = makeHome()
const env = { ...home.env, NO_COLOR: '1' }
const texts = hostileTexts(COUNT)
const payloads = texts.map((text, at) => (at % 2 === 0 ? text : JSON.stringify({ [text]: [text, 1.5] })))
const recording = join(home.path, 'recording.jsonl')
const { scripted } = useScriptedBrokers()

/** Sends every hostile text as channel, payload, header and property. */
const flood: Script = async (peer) => {
  await accept(peer)
  const { messageId = 0 } = await lastingSubscribe(peer)
  peer.send({ cmd: 'suback', messageId, granted: [1] })
  texts.forEach((text, at) => {
    peer.send({
      cmd: 'publish',
      topic: asChannel(text),
      payload: payloads[at] ?? '',
      qos: 0,
      dup: false,
      retain: false,
      properties: { contentType: text, responseTopic: asChannel(text), userProperties: { [text]: text } }
    })
  })
}

beforeAll(async () => {
  const args = ['subscribe', '#', '--json', '--count', String(COUNT), '-b', await scripted(flood)]
  const { exitCode, stdout, stderr } = await runProgram(args, { env })
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
  writeFileSync(recording, stdout)
}, 60_000)

afterAll(() => home.remove())

async function onTerminal(args: readonly string[], wanted: Record<string, string> = env) {
  const terminal = new TerminalProgram(args, wanted, { columns: 200, rows: 24 })
  const { exitCode } = await terminal.exited()
  return { exitCode, written: terminal.written }
}

describe('of 10,000 hostile messages nothing reaches a terminal that it would obey', () => {
  it.each([
    ['shown to people', []],
    ['as JSON', ['--json']],
    ['as bytes', ['--raw']],
    ['in a format', ['--format', '{channel}|{payload}|{headers.a}|{contentType}|{responseChannel}']]
  ])('%s', { timeout: 60_000 }, async (_how, flags) => {
    const args = ['subscribe', '#', ...flags, '--count', String(COUNT), '-b', await scripted(flood)]
    const { exitCode, written } = await onTerminal(args)
    expect(exitCode).toBe(0)
    expect(written.length).toBeGreaterThan(COUNT * 5)
    expect(findObeyed(written)).toBeUndefined()
  })

  it('in colours', { timeout: 60_000 }, async () => {
    const url = await scripted(flood)
    const { written } = await onTerminal(['subscribe', '#', '--count', String(COUNT), '-b', url], home.env)
    expect(findObeyed(written, { coloured: true })).toBeUndefined()
  })

  it.each([
    ['channels', ['channels', '--from', recording, '--sort', 'name', '--max-channels', '20000']],
    ['channels as a tree', ['channels', '--from', recording, '--tree', '--max-channels', '20000']],
    ['channels as JSON', ['channels', '--from', recording, '--json']],
    ['schemas', ['channels', '--from', recording, '--schema']],
    ['a document', ['channels', '--from', recording, '--asyncapi', '-']],
    ['a dry run', ['replay', recording, '--dry-run', '--speed', 'max']],
    ['a dry run as JSON', ['replay', recording, '--dry-run', '--speed', 'max', '--json']],
    ['a verification', ['record', '--verify', recording]],
    ['a verification as JSON', ['record', '--verify', recording, '--json']]
  ])('in the report of %s', { timeout: 60_000 }, async (_what, args) => {
    const { exitCode, written } = await onTerminal(args)
    expect({ exitCode, written: exitCode === 0 ? '' : written.slice(-300) }).toEqual({
      exitCode: 0,
      written: ''
    })
    expect(written.length).toBeGreaterThan(50)
    expect(findObeyed(written)).toBeUndefined()
  })

  it('JSON on a terminal says the same as JSON in a pipe', { timeout: 60_000 }, async () => {
    const { written } = await onTerminal(['replay', recording, '--dry-run', '--speed', 'max', '--json'])
    const lines = written.trimEnd().split('\r\n').slice(0, COUNT)
    const shown = lines.map((line) => JSON.parse(line) as { channel: string; payload: unknown })
    expect(shown.map(({ channel }) => channel)).toEqual(texts.map(asChannel))
  })

  it.each([
    ['refuses to be connected to', ['publish', 'a', 'x'], refusing],
    ['refuses a publish', ['publish', 'a', 'x'], denyingPublish],
    ['refuses a subscription', ['subscribe', 'a'], denyingSubscription],
    ['disconnects', ['subscribe', 'a'], disconnecting],
    ['refuses, told as JSON', ['subscribe', 'a', '--json'], refusing]
  ])('in the reason of a broker that %s', async (_what, args, script) => {
    const { exitCode, written } = await onTerminal([...args, '-b', await scripted(script)])
    expect(exitCode).toBeGreaterThan(1)
    expect(written).toContain('not authorized')
    expect(findObeyed(written)).toBeUndefined()
  })
})

const reasonString = texts.join('').slice(0, 15_000)

function refusing(...[peer]: Parameters<Script>) {
  return accept(peer, { reasonCode: 135, properties: { reasonString } }).then(() => {})
}

async function denyingPublish(...[peer]: Parameters<Script>) {
  await accept(peer)
  const { messageId = 0 } = await peer.next('publish')
  peer.send({ cmd: 'puback', messageId, reasonCode: 0x87, properties: { reasonString } })
}

async function denyingSubscription(...[peer]: Parameters<Script>) {
  await accept(peer)
  const { messageId = 0 } = await lastingSubscribe(peer)
  peer.send({ cmd: 'suback', messageId, granted: [0x87], properties: { reasonString } })
}

async function disconnecting(...[peer]: Parameters<Script>) {
  await accept(peer)
  await lastingSubscribe(peer)
  peer.send({ cmd: 'disconnect', reasonCode: 0x87, properties: { reasonString } })
}

describe('through a pipe', () => {
  it('the same bytes go out that came in', async () => {
    const args = [
      'subscribe',
      '#',
      '--raw',
      '--no-newline',
      '--count',
      String(COUNT),
      '-b',
      await scripted(flood)
    ]
    const { stdout } = await runProgram(args, { env })
    expect(stdout).toBe(payloads.join(''))
  })
})

describe('what is large or deep takes no more than its share of time', () => {
  const depth = 1_000_000
  const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`
  const huge = `[${'{"n":123456789012345678901234567890,"e":1e400},'.repeat(1_000_000)}0]`
  const cases: [string, string][] = [
    ['a million nested arrays', deep],
    ['50 MB of JSON', huge],
    ['a number of a million digits', '1'.repeat(1_000_000)],
    ['a million opening brackets', '['.repeat(depth)]
  ]
  const sending =
    (payload: string): Script =>
    async (peer) => {
      await accept(peer)
      const { messageId = 0 } = await lastingSubscribe(peer)
      peer.send({ cmd: 'suback', messageId, granted: [1] })
      peer.send({ cmd: 'publish', topic: 'a', payload, qos: 0, dup: false, retain: false })
    }

  it.each(cases)('%s: shown, as JSON, as a field, in the catalogue, replayed', async (_what, payload) => {
    const file = join(home.path, 'large.jsonl')
    for (const flags of [[], ['--json', '--output', file], ['--format', '{payload.none}{size}']]) {
      const url = await scripted(sending(payload))
      const { exitCode, stderr } = await runProgram(['subscribe', 'a', '-n', '1', ...flags, '-b', url], {
        env
      })
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    }
    expect(readFileSync(file, 'utf8')).toContain(payload.slice(0, 1000))
    for (const args of [
      ['channels', '--from', file],
      ['channels', '--from', file, '--json'],
      ['replay', file, '--dry-run']
    ]) {
      const { exitCode, stderr } = await runProgram(args, { env })
      expect({ args, exitCode, stderr }).toMatchObject({ exitCode: 0 })
    }
  })

  it('patterns of 65,535 bytes and 30,000 levels', async () => {
    const line = `${JSON.stringify({ channel: 'a/'.repeat(30_000), payload: 1 })}\n`
    const file = join(home.path, 'levels.jsonl')
    writeFileSync(file, line.repeat(100))
    const pattern = `${'+/'.repeat(30_000)}#`
    const { exitCode, stderr } = await runProgram(['channels', pattern, '--from', file], { env })
    expect({ exitCode, stderr: exitCode === 0 ? '' : stderr.slice(0, 300) }).toEqual({
      exitCode: 0,
      stderr: ''
    })
  })
})
