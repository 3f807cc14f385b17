import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startEmbeddedBroker, type TestBroker } from '../support/embedded-broker.js'
import { jsonLines } from '../support/json-lines.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'

const home = makeHome()
let broker: TestBroker
let env: Record<string, string>

beforeAll(async () => {
  broker = await startEmbeddedBroker()
  env = { ...home.env, TIDINGS_BROKER: broker.url }
})
afterAll(async () => {
  await broker.stop()
  home.remove()
})

const publish = (...args: string[]) => runProgram(['publish', ...args], { env })

async function watching(...args: string[]): Promise<RunningProgram> {
  const program = new RunningProgram(['watch', ...args], env)
  await program.saying('Subscribed')
  return program
}

describe('watch, as a program', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'that is stopped by %s ends with 0 if it found nothing, and with 10 if it did',
    async (signal) => {
      const [good, bad] = await Promise.all([
        watching('a', '--sequence', '/n'),
        watching('a', '--sequence', '/none')
      ])
      await publish('a', '{"n":1}')
      await bad.writingLines(1)
      good.child.kill(signal)
      bad.child.kill(signal)
      expect(await good.exited).toMatchObject({ exitCode: 0 })
      expect(await bad.exited).toMatchObject({
        exitCode: 10,
        stdout: expect.stringMatching(/BEGAN #1 {2}unnumbered {2}a {2}no value at \/none\n/)
      })
    }
  )

  it('whose reader goes away after the first line ends with what it has found', async () => {
    const report = join(home.path, 'gone.xml')
    const program = await watching('b', '--sequence', '/n', '--report', report)
    await publish('b', '{"n":1}')
    await publish('b', '{"n":1}')
    await program.writingLines(1)
    program.child.stdout.destroy()
    await publish('b', '{"n":1}')
    expect(await program.exited).toMatchObject({
      exitCode: 10,
      stderr: expect.stringMatching(/Error: found \d incidents?/)
    })
  })

  it('tells of a connection that is lost, and is connected again', { timeout: 60_000 }, async () => {
    const start = async (listen: string) => {
      const program = new RunningProgram(['broker', '--listen', listen], home.env)
      await program.saying('mqtt://127.0.0.1:')
      const [url = ''] = /mqtt:\/\/127\.0\.0\.1:\d+/.exec(program.stderr) ?? []
      return { program, url }
    }
    const first = await start('127.0.0.1:0')
    const program = await watching('a', '--expect', 'a', '--max-silence', '1h', '--json', '-b', first.url)
    first.program.child.kill('SIGTERM')
    await first.program.exited
    await program.writingLines(1)
    const second = await start(new URL(first.url).host)
    await program.writingLines(2)
    await publish('a', 'x', '-b', second.url)
    program.child.kill('SIGINT')
    const { exitCode, stdout } = await program.exited
    second.program.child.kill('SIGTERM')
    await second.program.exited
    expect(exitCode).toBe(10)
    const events = jsonLines(stdout)
    expect(events.slice(0, 2)).toMatchObject([
      { event: 'began', kind: 'outage' },
      { event: 'ended', kind: 'outage' }
    ])
  })

  it('checks messages against a contract, and knows its channels', async () => {
    const contract = join(home.path, 'lamps.yaml')
    writeFileSync(
      contract,
      `asyncapi: 3.0.0
info: { title: Lamps, version: 1.0.0 }
channels:
  lamp:
    address: lamp/1
    messages: { state: { payload: { type: object, required: [on] } } }
`
    )
    const program = await watching('lamp/+', '--contract', contract, '--max-silence', '100ms', '--json')
    await program.writingLines(1)
    await publish('lamp/1', '{"off":1}')
    await program.writingLines(3)
    program.child.kill('SIGINT')
    const { exitCode, stdout } = await program.exited
    const events = jsonLines(stdout)
    expect(exitCode).toBe(10)
    expect(events[0]).toMatchObject({ event: 'began', kind: 'silence', channel: 'lamp/1' })
    expect(events.find(({ kind }) => kind === 'contract')).toMatchObject({
      event: 'began',
      channel: 'lamp/1',
      violation: { part: 'payload', rule: 'required' }
    })
  })

  it('with a contract that cannot be used ends with 6, and says why', async () => {
    const contract = join(home.path, 'broken.yaml')
    writeFileSync(contract, 'asyncapi: [')
    const { exitCode, stderr } = await runProgram(['watch', 'a', '--contract', contract], { env })
    expect({ exitCode, stderr }).toEqual({ exitCode: 6, stderr: expect.stringContaining('broken.yaml') })
  })
})
