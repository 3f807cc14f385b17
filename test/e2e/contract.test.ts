import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'

const home = makeHome()
const schema = join(home.path, 'room.json')
let broker: TestBroker

beforeAll(async () => {
  writeFileSync(schema, '{"type":"object","properties":{"temp":{"maximum":30}}}')
  broker = await startEmbeddedBroker()
})
afterAll(async () => {
  await broker.stop()
  home.remove()
})

const publish = (payload: string) =>
  runProgram(['publish', 'room', payload, '-b', broker.url], { env: home.env })

describe('Ctrl-C', () => {
  it.each([
    ['{"temp":31}', 10, 'failures="1"'],
    ['{"temp":29}', 0, 'failures="0"']
  ])(
    'after %s ends an endless subscriber with %i, and the report is written',
    async (payload, code, told) => {
      const report = join(home.path, `report-${code}.xml`)
      const argv = ['subscribe', 'room', '--schema', schema, '--report', report, '-b', broker.url]
      const program = new RunningProgram(argv, home.env)
      await program.saying('Subscribed')
      await publish(payload)
      await program.writingLines(1)
      program.child.kill('SIGINT')
      const { exitCode, stderr } = await program.exited
      expect({ exitCode, stderr }).toMatchObject({ exitCode: code })
      expect(readFileSync(report, 'utf8')).toContain(told)
    }
  )
})

it.each([
  ['subscribe', ['room', '--schema', schema]],
  ['channels', ['--check', join(home.path, 'rooms.yaml'), '--for', '1s']]
])('%s without a connection has a report that says so', async (command, argv) => {
  writeFileSync(
    join(home.path, 'rooms.yaml'),
    'asyncapi: 3.0.0\nchannels: { room: { address: room, messages: { m: {} } } }\n'
  )
  const report = join(home.path, 'unconnected.xml')
  const all = [command, ...argv, '--report', report, '-b', 'mqtt://127.0.0.1:1']
  const { exitCode } = await runProgram(all, { env: home.env })
  expect(exitCode).toBe(3)
  expect(readFileSync(report, 'utf8')).toMatch(
    /failures="1".*<failure message="cannot connect to &quot;mqtt:..127.0.0.1:1&quot;: connection refused"/s
  )
})

it('a lost connection counts more than wrong messages, and the table and the report are there', async () => {
  const lost = await startEmbeddedBroker()
  const report = join(home.path, 'lost.xml')
  const argv = [
    'subscribe',
    'room',
    '--schema',
    schema,
    '--report',
    report,
    '--timeout',
    '30s',
    '-b',
    lost.url
  ]
  const program = new RunningProgram(argv, home.env)
  await program.saying('Subscribed')
  await runProgram(['publish', 'room', '{"temp":31}', '-b', lost.url], { env: home.env })
  await program.writingLines(1)
  await lost.stop()
  await program.saying('econnecting')
  program.child.kill('SIGTERM')
  const { stderr } = await program.exited
  expect(stderr).toMatch(/room +maximum +1 +payload \/temp/)
  expect(readFileSync(report, 'utf8')).toContain('type="maximum"')
})
