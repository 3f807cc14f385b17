import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { lastingSubscribe } from '../support/lasting-subscribe.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { accept, type Peer, type Script } from '../support/scripted-broker.js'
import { ENCODED_SECRET, expectNoSecret, filesBelow, SECRET } from '../support/secret.js'
import { useScriptedBrokers } from '../support/use-scripted-brokers.js'

const home = makeHome()
const env = { ...home.env, XDG_CACHE_HOME: join(home.path, 'cache'), DEBUG: '*' }
const { scripted } = useScriptedBrokers()
afterAll(() => home.remove())

const passwordFile = join(home.path, 'password-file')
writeFileSync(passwordFile, `${SECRET}\n`, { mode: 0o600 })

const accepting: Script = async (peer) => {
  await accept(peer)
  const { messageId = 0 } = await peer.next('publish')
  peer.send({ cmd: 'puback', messageId })
}
const refusing: Script = (peer) => accept(peer, { reasonCode: 134 }).then(() => {})
const silent: Script = () => {}
const nonsense: Script = (peer: Peer) => void peer.sendBytes('HTTP/1.1 400\r\n\r\n')

const withUser = (url: string) => url.replace('mqtt://', `mqtt://ann:${ENCODED_SECRET}@`)

const ways: [string, (url: string) => { args: string[]; more?: Record<string, string> }][] = [
  ['a flag', (url) => ({ args: ['-b', url, '-u', 'ann', '--password', SECRET] })],
  ['the environment', (url) => ({ args: ['-b', url, '-u', 'ann'], more: { TIDINGS_PASSWORD: SECRET } })],
  ['a file', (url) => ({ args: ['-b', url, '-u', 'ann', '--password-file', passwordFile] })],
  ['the URL', (url) => ({ args: ['-b', withUser(url)] })],
  ['the URL in the environment', (url) => ({ args: [], more: { TIDINGS_BROKER: withUser(url) } })],
  ['a proxy', (url) => ({ args: ['-b', url, '--proxy', `socks5://ann:${ENCODED_SECRET}@127.0.0.1:1`] })],
  ['a URL that is no URL', () => ({ args: ['-b', `mqtt://ann:${ENCODED_SECRET}@127.0.0.1:99999`] })],
  ['a scheme that is unknown', () => ({ args: ['-b', `http://ann:${ENCODED_SECRET}@127.0.0.1`] })]
]

describe.each(ways)('a password from %s', (_way, how) => {
  it.each([
    ['accepts', accepting],
    ['refuses', refusing],
    ['says nothing', silent],
    ['is none', nonsense]
  ])('is on no output of a program whose broker %s, also with DEBUG=*', async (_what, script) => {
    const { args, more } = how(await scripted(script))
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await runProgram(
        ['publish', 'a', ...(json.length > 0 ? json : ['x']), '--connect-timeout', '200ms', ...args],
        { env: { ...env, ...more }, stdin: json.length > 0 ? '{"channel":"a","payload":1}\n' : '' }
      )
      expectNoSecret('stdout', stdout)
      expectNoSecret('stderr', stderr)
    }
  })
})

describe('a broker URL with a password in a wrong place', () => {
  const url = `mqtt://ann:${SECRET}@127.0.0.1`
  const missing = join(home.path, 'missing.jsonl')
  it.each([
    ['the command', [url]],
    ['a command of a topic', ['broker', url]],
    ['the command that help is asked for', ['help', url]],
    ['a word too many', ['publish', 'a', 'b', url]],
    ['a channel', ['publish', `${url}/#`, 'x']],
    ['a pattern', ['subscribe', `${url}/#/x`]],
    ['a pattern with a *', ['subscribe', `${url}/*`, '-b', 'mqtt://127.0.0.1:1']],
    ['the file of a recording', ['replay', url]],
    ['a file to publish', ['publish', 'a', '--file', url]],
    ['the file of a certificate', ['publish', 'a', 'b', '-b', 'mqtts://127.0.0.1:1', '--ca', url]],
    ['an outbox', ['outbox', 'list', url]],
    ['a document', ['channels', '--recording', missing, '--check', url]],
    ['a duration', ['subscribe', 'a', '--timeout', url]],
    ['a number', ['subscribe', 'a', '--count', url]],
    ['a choice', ['publish', 'a', 'b', '--qos', url]],
    ['a header', ['publish', 'a', 'b', '--header', url]],
    ['a session', ['subscribe', 'a', '--session', url, '-b', 'mqtt://127.0.0.1:1']],
    ['a client identifier', ['publish', 'a', 'b', '--client-id', url, '-b', 'mqtt://127.0.0.1:1']],
    ['a place to listen', ['broker', '--listen', url]],
    ['a flag of another client', ['publish', '-L', url, '-m', 'x']],
    ['a host for another client', ['publish', '-h', url, '-t', 'a', '-m', 'x']],
    ['a channel of another client', ['publish', '-h', 'h', '-t', url, '-m', 'x']],
    ['the end of a long name', ['replay', `${'x'.repeat(100)}${url}${'x'.repeat(100)}`]],
    ['the cut of a long name', ['replay', `${'x'.repeat(35)}${url}${'x'.repeat(100)}`]]
  ])('is told without it: as %s', async (_, args) => {
    for (const json of [[], ['--json']]) {
      const { exitCode, stdout, stderr } = await runProgram([...args, ...json], { env })
      expect(exitCode).not.toBe(0)
      for (const text of [stdout, stderr]) {
        expectNoSecret('output', text)
        expect(text).not.toContain('Mark3r')
      }
    }
  })
})

describe('what the program keeps', () => {
  it('holds no password: recordings, outboxes, compiled code, logs', async () => {
    const publishing = await scripted(async (peer) => {
      await accept(peer)
      const { messageId = 0 } = await lastingSubscribe(peer)
      peer.send({ cmd: 'suback', messageId, granted: [1] })
      peer.send({ cmd: 'publish', topic: 'a', payload: 'x', qos: 0, dup: false, retain: false })
    })
    const output = join(home.path, 'kept.jsonl')
    const recorded = await runProgram(['record', 'a', '-n', '1', '-o', output, '-b', withUser(publishing)], {
      env
    })
    expect(recorded.exitCode).toBe(0)
    expectNoSecret('stderr', recorded.stderr)
    await runProgram(
      ['publish', 'a', 'x', '--outbox', join(home.path, 'outbox'), '-b', withUser('mqtt://127.0.0.1:1')],
      {
        env
      }
    )
    const files = filesBelow(home.path).filter((file) => file !== passwordFile)
    expect(files).toContain(output)
    expect(files.some((file) => file.includes('outbox'))).toBe(true)
    for (const file of files) expectNoSecret(file, readFileSync(file, 'latin1'))
  })

  it.skipIf(process.platform === 'win32')(
    'can be read by its owner only, from the first byte, whatever the umask',
    async () => {
      const url = await scripted(async (peer) => {
        await accept(peer)
        const { messageId = 0 } = await lastingSubscribe(peer)
        peer.send({ cmd: 'suback', messageId, granted: [1] })
      })
      const umask = process.umask(0)
      try {
        const recording = join(home.path, 'private.jsonl')
        const output = join(home.path, 'private.txt')
        const programs = [
          new RunningProgram(['record', 'a', '-o', recording, '-b', url], home.env),
          new RunningProgram(['subscribe', 'a', '-o', output, '-b', url], home.env)
        ]
        for (const program of programs) await program.saying('Subscribed')
        for (const file of [recording, output]) expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
        for (const { child } of programs) child.kill('SIGINT')
        for (const { exited } of programs) await exited
        await runProgram(
          ['publish', 'a', 'x', '--outbox', join(home.path, 'box'), '-b', 'mqtt://127.0.0.1:1'],
          {
            env: home.env
          }
        )
        for (const file of filesBelow(join(home.path, 'box')))
          expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
        expect((statSync(join(home.path, 'box')).mode & 0o777).toString(8)).toBe('700')
      } finally {
        process.umask(umask)
      }
    }
  )

  it('and the process title name no password, and a password on the command line is warned of', async () => {
    const url = await scripted(silent)
    const args = [
      'publish',
      'a',
      'x',
      '-u',
      'ann',
      '--password',
      SECRET,
      '-b',
      url,
      '--connect-timeout',
      '1h'
    ]
    const program = new RunningProgram(args, home.env)
    await program.saying('Warning: a password on the command line can be read by every user')
    expectNoSecret('title', readFileSync(`/proc/${program.child.pid}/comm`, 'latin1'))
    program.child.kill('SIGINT')
    await program.exited
  })
})
