import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { compileProgram } from '../bench/fake-broker.js'
import { type AmqpServer, startAmqpServer } from '../support/amqp-server.js'
import { findBroker } from '../support/broker-process.js'

const programs = findBroker(
  'amqp-tools',
  'amqp-declare-queue',
  'amqp-publish',
  'amqp-get',
  'amqp-consume',
  'amqp-delete-queue'
)
const isLibraryLeftOut = !existsSync('/usr/include/amqp.h') && process.env.TIDINGS_REQUIRE_BROKERS !== '1'
const run = promisify(execFile)

/** librabbitmq is the second opinion on the bytes of the tests' own AMQP server. */
describe.skipIf(programs.areLeftOut)("the tests' own AMQP server serves amqp-tools", () => {
  let server: AmqpServer
  beforeEach(async () => {
    server = await startAmqpServer()
  })
  afterEach(() => server.stop())

  const tool = async (index: number, ...args: string[]) => {
    const program = programs.paths()[index] ?? ''
    return (await run(program, [`--url=${server.url}`, ...args])).stdout
  }
  const [DECLARE, PUBLISH, GET, CONSUME, DELETE] = [0, 1, 2, 3, 4] as const

  it('declares, publishes, gets, consumes and deletes', async () => {
    expect(await tool(DECLARE, '--queue=q', '--durable')).toBe('q\n')
    await tool(PUBLISH, '--routing-key=q', '--body=one', '--content-type=text/plain', '--header=k: v')
    await tool(PUBLISH, '--routing-key=q', `--body=${'two'.repeat(20_000)}`)
    await tool(PUBLISH, '--routing-key=q', '--body=three')
    expect(await tool(GET, '--queue=q')).toBe('one')
    expect(await tool(CONSUME, '--queue=q', '--count=2', '--prefetch-count=1', 'cat')).toBe(
      `${'two'.repeat(20_000)}three`
    )
    expect(await tool(DELETE, '--queue=q')).toBe('0\n')
    expect(server.queue('q')).toBeUndefined()
    expect(server.messages[0]?.content.properties).toMatchObject({
      contentType: 'text/plain',
      headers: [['k', { type: 'S', value: Buffer.from('v') }]]
    })
  })

  it('refuses what is not there', async () => {
    await expect(tool(GET, '--queue=none')).rejects.toThrow(/404.*no queue 'none'/)
  })
})

describe.skipIf(isLibraryLeftOut)("the tests' own AMQP server serves the C loop of the benchmarks", () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-amqp-loop-'))
  let server: AmqpServer
  let loop: string
  beforeAll(async () => {
    server = await startAmqpServer()
    loop = compileProgram(folder, 'amqp-loop', ['rabbitmq'])
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true })
  })

  it('which publishes with confirms, and consumes with acknowledgements of several messages', async () => {
    const lines = Array.from({ length: 2500 }, (_, index) => `${index} ${'x'.repeat(index % 300)}\n`).join('')
    const input = join(folder, 'lines')
    writeFileSync(input, lines)
    server.virtualHosts
      .get('/')
      ?.declareQueue('q', { durable: true, autoDelete: false, exclusive: false, arguments: [] }, server)
    const stdin = openSync(input, 'r')
    const publish = spawn(loop, ['publish', server.url, '', 'q', '100'], {
      stdio: [stdin, 'inherit', 'inherit']
    })
    expect(await once(publish, 'exit')).toEqual([0, null])
    closeSync(stdin)
    const { stdout } = await run(loop, ['print', server.url, 'q', '2500', '100'])
    expect(stdout).toBe(lines)
    await server.until(() => server.queue('q')?.readers.length === 0)
    expect(server.queue('q')?.ready).toEqual([])
  })
})
