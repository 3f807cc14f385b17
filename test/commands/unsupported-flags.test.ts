import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import BrokerCheck from '../../src/commands/broker/check.js'
import Channels from '../../src/commands/channels.js'
import OutboxSend from '../../src/commands/outbox/send.js'
import Publish from '../../src/commands/publish.js'
import RecordCommand from '../../src/commands/record.js'
import Replay from '../../src/commands/replay.js'
import Subscribe from '../../src/commands/subscribe.js'
import { countingTransports } from '../support/counting-transports.js'
import { outcomeOf } from '../support/run-command.js'

/** Nobody listens there: the port is reserved. */
const NOWHERE = '127.0.0.1:1'
const NO_FILE = '/nowhere/at/all.pem'

type Command = Parameters<typeof outcomeOf>[0]

/** What a script sees, and how many connections were asked for. */
async function run(command: Command, argv: string[], env: Record<string, string> = {}) {
  const { opened, transports } = countingTransports()
  const outcome = await outcomeOf(command, argv, { stdin: '', env }, transports)
  return { ...outcome, opened: opened() }
}

describe('a connection flag that the scheme cannot honour is a usage error before a socket opens', () => {
  test.each([
    [
      `mqtt://${NOWHERE}`,
      ['--ca', NO_FILE],
      '"--ca" with mqtt://: this scheme does not use TLS',
      'use mqtts://'
    ],
    [`mqtt://${NOWHERE}`, ['--insecure'], '"--insecure" with mqtt://', 'use mqtts://'],
    [`mqtt://${NOWHERE}`, ['--servername', 'x'], '"--servername" with mqtt://', 'use mqtts://'],
    [`mqtt://${NOWHERE}`, ['--alpn', 'mqtt'], '"--alpn" with mqtt://', 'use mqtts://'],
    [`mqtt://${NOWHERE}`, ['--cert', NO_FILE, '--key', NO_FILE], '"--cert" with mqtt://', 'use mqtts://'],
    [`mqtt://${NOWHERE}`, ['--key', NO_FILE], '"--key" with mqtt://', 'use mqtts://'],
    [`mqtt://${NOWHERE}`, ['--ws-header', 'a=b'], '"--ws-header" with mqtt://', 'use ws:// or wss://'],
    [NOWHERE, ['--ws-header', 'a=b'], '"--ws-header" with mqtt://', 'use ws:// or wss://'],
    [`mqtts://${NOWHERE}`, ['--ws-header=a=b'], '"--ws-header" with mqtts://', 'use ws:// or wss://'],
    [`ws://${NOWHERE}`, ['--ca', NO_FILE], '"--ca" with ws://: this scheme does not use TLS', 'use wss://'],
    [
      'mqtt+unix:///nowhere.sock',
      ['--proxy', 'socks5://x'],
      '"--proxy" with mqtt+unix://',
      'leave out --proxy'
    ],
    ['mqtt+unix:///nowhere.sock', ['--insecure'], '"--insecure" with mqtt+unix://', 'Try: '],
    ['local', ['--password', 'secret'], '"--password" with the local broker', '--password-file FILE'],
    ['local', ['--username', 'me'], '"--username" with the local broker', '--password-file FILE'],
    ['local', ['-u', 'me'], 'with the local broker', '--password-file FILE'],
    [
      'local',
      ['--password-file', NO_FILE],
      '"--password-file" with the local broker',
      'leave out the credentials'
    ],
    ['local', ['--proxy', 'socks5://x'], '"--proxy" with the local broker', 'leave out --proxy'],
    ['local', ['--ca', NO_FILE], '"--ca" with the local broker', 'Try: ']
  ])('%s %j', async (broker, flags, why, suggestion) => {
    const { exitCode, stderr, stdout, opened } = await run(Publish, ['a', 'b', '-b', broker, ...flags])
    expect({ exitCode, stderr, stdout, opened }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining(why),
      stdout: '',
      opened: 0
    })
    expect(stderr).toContain(suggestion)
    expect(stderr).not.toContain('secret')
  })

  test.each([
    ['localhost:19192', ['--from', 'beginning'], 'amqp://localhost:19192 or kafka://localhost:19192'],
    ['localhost:19192', ['--skip-unreadable'], '--broker kafka://localhost:19192']
  ])('%s %j, with the schemes of those that can', async (broker, flags, urls) => {
    const { exitCode, stderr } = await outcomeOf(Subscribe, ['t', '-b', broker, ...flags])
    expect({ exitCode, stderr }).toEqual({ exitCode: 2, stderr: expect.stringContaining(urls) })
  })

  test('mqtt://localhost --from beginning, without other schemes: that of the broker is known', async () => {
    const { stderr } = await outcomeOf(Subscribe, ['t', '-b', 'mqtt://localhost', '--from', 'beginning'])
    expect(stderr).not.toContain('kafka://')
  })

  test.each<[string, Command, string[]]>([
    ['publish', Publish, ['a', 'b']],
    ['subscribe', Subscribe, ['a']],
    ['record', RecordCommand, ['a', '-o', '/nowhere/recording.jsonl']],
    ['replay', Replay, ['/nowhere/recording.jsonl']],
    ['channels', Channels, []],
    ['broker check', BrokerCheck, []]
  ])('%s', async (_name, command, argv) => {
    const { exitCode, stderr, opened } = await run(command, [
      ...argv,
      '-b',
      `mqtt://${NOWHERE}`,
      '--ca',
      NO_FILE
    ])
    expect({ exitCode, opened }).toEqual({ exitCode: 2, opened: 0 })
    expect(stderr).toContain('cannot use "--ca" with mqtt://: this scheme does not use TLS')
  })

  test('outbox send', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-unsupported-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    const box = join(folder, 'box')
    const broker = ['-b', `mqtt://${NOWHERE}`]
    expect(await run(Publish, ['a', 'b', ...broker, '--outbox', box])).toMatchObject({ exitCode: 0 })
    const { exitCode, stderr, opened } = await run(OutboxSend, [box, ...broker, '--ca', NO_FILE])
    expect({ exitCode, opened }).toEqual({ exitCode: 2, opened: 0 })
    expect(stderr).toContain('cannot use "--ca" with mqtt://: this scheme does not use TLS')
  })

  test.each<[string, Command, string[]]>([
    ['--username', Channels, ['-u', 'ann']],
    ['--username', Publish, ['a', 'b', '-u', 'ann']],
    ['--ca', Channels, ['--ca', NO_FILE]]
  ])(
    'where no broker is named, the local one is meant, and it is said that none was named: %s',
    async (flag, command, argv) => {
      const { exitCode, stderr, opened } = await run(command, argv)
      expect({ exitCode, opened }).toEqual({ exitCode: 2, opened: 0 })
      expect(stderr).toContain(
        `cannot use "${flag}" with the local broker, which is used as no broker was named: `
      )
      expect(stderr).toContain('Try: name the broker: --broker URL\n')
    }
  )

  test.each<[Command, string[], string]>([
    [Subscribe, ['a', '--from', 'beginning'], '"--from" with mqtt://: an MQTT broker keeps only the last'],
    [Subscribe, ['a', '--from=-10'], '"--from" with mqtt://'],
    [Subscribe, ['a', '--until-end'], '"--until-end" with mqtt://'],
    [Subscribe, ['a', '--browse'], '"--browse" with mqtt://: MQTT has no queues'],
    [RecordCommand, ['a', '-o', '/nowhere/r.jsonl', '--from', '-1h'], '"--from" with mqtt://'],
    [Channels, ['--from', 'latest'], '"--from" with mqtt://'],
    [Channels, ['--until-end'], '"--until-end" with mqtt://'],
    [Publish, ['a', 'b', '--priority', '5'], '"--priority" with mqtt://: MQTT has no priorities'],
    [Publish, ['a', '--lines', '-K:'], '"--key-delimiter" with mqtt://: MQTT has no message keys']
  ])('what a broker keeps, its queues and priorities', async (command, argv, why) => {
    const { exitCode, stderr, opened } = await run(command, [...argv, '-b', `mqtt://${NOWHERE}`])
    expect({ exitCode, opened, stderr }).toEqual({
      exitCode: 2,
      opened: 0,
      stderr: expect.stringContaining(why)
    })
  })

  test.each([
    ['kafka', 'a group keeps one place for all its members', 'leave out --group to get all of them'],
    ['amqp', 'the queue of a group keeps messages for all its members', 'leave out --session']
  ])(
    'a session of one member of a group, where the group keeps its place: %s',
    async (scheme, why, tries) => {
      const both = ['--session', 's', '--group', 'g', '-b', `${scheme}://${NOWHERE}`]
      for (const [command, argv] of [
        [Subscribe, ['a']],
        [RecordCommand, ['a', '-o', '/nowhere/r.jsonl']]
      ] as const) {
        const { exitCode, stderr, opened } = await run(command, [...argv, ...both])
        expect({ exitCode, opened }).toEqual({ exitCode: 2, opened: 0 })
        expect(stderr).toContain(`cannot use "--session --group" with ${scheme}://: ${why}`)
        expect(stderr).toContain(tries)
      }
    }
  )

  test('and as JSON it names the scheme and what it lacks', async () => {
    const argv = ['a', '--json', '--ca', NO_FILE, '-b', `ws://${NOWHERE}`]
    const { exitCode, stderr } = await run(Subscribe, argv)
    expect(exitCode).toBe(2)
    expect(JSON.parse(stderr).error).toMatchObject({
      code: 'not-supported',
      exitCode: 2,
      scheme: 'ws',
      capability: 'tls'
    })
  })
})

describe('what is no such wish', () => {
  test('a variable is for every broker: it asks nothing of one that cannot honour it', async () => {
    const env = { TIDINGS_SERVERNAME: 'x', TIDINGS_ALPN: 'mqtt', TIDINGS_USERNAME: 'me' }
    const argv = ['a', 'b', '-b', `mqtt://${NOWHERE}`]
    expect(await run(Publish, argv, env)).toMatchObject({ exitCode: 3, opened: 1 })
  })

  test('what stands behind -- is no flag', async () => {
    const argv = ['a', '-b', `mqtt://${NOWHERE}`, '--', '--ca']
    expect(await run(Publish, argv)).toMatchObject({ exitCode: 3, opened: 1 })
  })

  test('one of several brokers that can is enough', async () => {
    const argv = ['a', 'b', '-b', `mqtt://${NOWHERE}`, '-b', `ws://${NOWHERE}`, '--ws-header', 'a=b']
    expect(await run(Publish, argv)).toMatchObject({ exitCode: 3, opened: 1 })
  })
})
