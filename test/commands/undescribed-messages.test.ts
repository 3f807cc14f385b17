import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import Channels from '../../src/commands/channels.js'
import Publish from '../../src/commands/publish.js'
import Subscribe from '../../src/commands/subscribe.js'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { outcomeOf } from '../support/run-command.js'

let broker: TestBroker
const folder = mkdtempSync(join(tmpdir(), 'tidings-undescribed-'))
const DOCUMENT = join(folder, 'orders.yaml')

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  writeFileSync(
    DOCUMENT,
    `asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
channels: { o: { address: o, mesages: { m: { payload: { type: object } } } } }
`
  )
  await outcomeOf(Publish, ['o', '{"xx":1}', '--retain', '-b', broker.url])
})
afterAll(async () => {
  await broker.stop()
  rmSync(folder, { recursive: true })
})

it.each([
  ['publish', Publish, ['o', '{"xx":1}', '--contract', DOCUMENT]],
  ['subscribe', Subscribe, ['o', '--retained', 'only', '--contract', DOCUMENT]],
  ['channels', Channels, ['o', '--check', DOCUMENT, '--count', '1']]
] as const)(
  '%s lets any message be on a channel of which the document has none, and says so',
  async (_, command, argv) => {
    const { stdout, stderr, exitCode } = await outcomeOf(command, [...argv, '-b', broker.url])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stderr).toContain('"mesages" is no member of a channel and is not read; did you mean "messages"?')
    expect(stderr).toContain('a channel without messages takes any message: /channels/o')
    expect(stdout).not.toContain('no message describes')
  }
)

it('channels --check suggests what the document could describe, and is no failure of a report', async () => {
  const argv = ['o', '--check', DOCUMENT, '--count', '1', '-b', broker.url]
  const { stderr } = await outcomeOf(Channels, argv)
  expect(stderr).toContain('To describe what came on o: add a message for json payloads')
  const { stdout } = await outcomeOf(Channels, [...argv, '--json'])
  expect(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
  ).toEqual([{ finding: 'suggestion', address: 'o', text: 'add a message for json payloads' }])
})
