import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AclOperationTypes } from 'kafkajs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { carolMay } from '../support/carol-may.js'
import { jsonLines } from '../support/json-lines.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { TerminalProgram } from '../support/terminal-program.js'
import { useKafka } from '../support/use-kafka.js'

// Which topics Kafka has, and what they keep, as tidings sees them.

const home = makeHome()
afterAll(() => home.remove())

const endings: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end()
})

const parsed = (text: string): Record<string, unknown>[] => jsonLines(text)

describe.skipIf(isKafkaMissing)('the channels of Kafka', () => {
  const site = useKafka()
  let base = ''
  const run = (args: readonly string[], stdin?: string) =>
    runProgram([...args, '-b', site().url], { env: home.env, ...(stdin !== undefined && { stdin }) })

  beforeAll(async () => {
    base = site().newName('found')
    await site().newTopic(3, {}, `${base}.orders`)
    await site().newTopic(1, {}, `${base}.empty`)
    const lines = Array.from({ length: 100 }, (_, index) =>
      JSON.stringify({
        channel: `${base}.orders`,
        key: `k${index}`,
        sourceTime: new Date(Date.UTC(2024, 0, 1, 12, 0, index)).toISOString(),
        payload: { id: index, name: `n${index}` }
      })
    )
    await run(['publish', '--json'], lines.join('\n'))
  })

  it('are listed at once with messages, age and kinds, and so is a topic without messages', async () => {
    const { exitCode, stdout, stderr } = await run(['channels', `${base}.#`])
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 })
    expect(stdout).toMatch(/\.empty +0 +0\.0\/s/)
    expect(stdout).toMatch(/\.orders +100 .*\dd.* json/)
    expect(stderr).toMatch(/2 channels with 100 messages, 30 of them looked at/)
  })

  it('are listed as JSON, with partitions, the newest message and a schema', async () => {
    const { stdout } = await run(['channels', `${base}/#`, '--json'])
    expect(parsed(stdout)).toMatchObject([
      { channel: `${base}.empty`, count: 0, messages: 0, partitions: 1 },
      {
        channel: `${base}.orders`,
        count: 30,
        messages: 100,
        live: 0,
        partitions: 3,
        lastSeen: '2024-01-01T12:01:39.000000Z',
        kinds: ['json'],
        schema: { properties: { id: { type: 'integer' }, name: { type: 'string' } } },
        example: { key: 'k99', payload: { id: 99 }, sourceTime: '2024-01-01T12:01:39.000000Z' }
      }
    ])
    expect(parsed(stdout)[1]).not.toHaveProperty('example.time')
  })

  it('have schemas, and a document with the bindings of Kafka that the topics are checked against', async () => {
    const { stdout } = await run(['channels', `${base}.orders`, '--schema'])
    expect(parsed(stdout)).toMatchObject([{ title: `${base}.orders`, required: ['id', 'name'] }])

    const file = join(home.path, 'found.json')
    expect(await run(['channels', `${base}.#`, '--asyncapi', file])).toMatchObject({ exitCode: 0 })
    const document = JSON.parse(readFileSync(file, 'utf8'))
    expect(Object.values(document.channels)).toMatchObject([
      { address: `${base}.empty` },
      {
        address: `${base}.orders`,
        bindings: { kafka: { topic: `${base}.orders`, partitions: 3 } }
      }
    ])
    expect(await run(['channels', `${base}.orders`, '--check', file])).toMatchObject({ exitCode: 0 })
    await run(['publish', `${base}.orders`, '{"id":"text"}'])
    expect(await run(['channels', `${base}.orders`, '--check', file])).toMatchObject({ exitCode: 10 })
    expect(await run(['channels', `${base}.#`, '--asyncapi', file])).toMatchObject({ exitCode: 0 })
    expect(await run(['channels', `${base}.orders`, '--check', file])).toMatchObject({ exitCode: 0 })
  })

  it('are read from the beginning to the end as history: as of its times, and not as live', async () => {
    const topic = await site().newTopic(3)
    const line = (second: number) =>
      JSON.stringify({
        channel: topic,
        key: `k${second}`,
        sourceTime: new Date(Date.UTC(2024, 0, 1, 12, 0, second)).toISOString(),
        payload: second
      })
    await run(['publish', '--json'], [line(1), line(2), line(3)].join('\n'))
    const { exitCode, stdout } = await run([
      'channels',
      topic,
      '--from',
      'beginning',
      '--until-end',
      '--json'
    ])
    expect(exitCode).toBe(0)
    expect(parsed(stdout)).toMatchObject([
      {
        channel: topic,
        partitions: 3,
        messages: 3,
        count: 3,
        live: 0,
        rate: 0,
        firstSeen: '2024-01-01T12:00:01.000000Z',
        lastSeen: '2024-01-01T12:00:03.000000Z'
      }
    ])
    const last = await run(['channels', topic, '--from', 'latest', '--until-end', '--json'])
    expect(parsed(last.stdout)).toMatchObject([{ partitions: 3, messages: 3, count: 0 }])
  })

  it('are observed for a while with --for, after the look', async () => {
    const topic = await site().newTopic()
    await run(['publish', topic, '--lines'], 'old 1\nold 2\n')
    const program = new RunningProgram(
      ['channels', topic, '--json', '--for', '60s', '--count', '1', '-b', site().url],
      home.env
    )
    endings.push(async () => {
      program.child.kill('SIGTERM')
      await program.exited
    })
    await program.saying('Subscribed to')
    await run(['publish', topic, 'new'])
    const { exitCode, stdout } = await program.exited
    expect(exitCode).toBe(0)
    expect(parsed(stdout)).toMatchObject([{ count: 3, live: 1, messages: 3, example: { payload: 'new' } }])
  })

  it('are in the browser with what they kept before it came, and live messages follow', async () => {
    const topic = await site().newTopic(2)
    await run(['publish', topic, '--lines', '--partition', '1'], '{"n":1}\n{"n":2}\n')
    const program = new TerminalProgram(['channels', topic], { ...home.env, TIDINGS_BROKER: site().url })
    endings.push(async () => {
      program.kill('SIGKILL')
      await program.exited()
    })
    await program.showing('● live')
    await program.showing('"n": 2')
    program.press('2')
    await program.showing(/partitions +2/)
    await program.showing(/messages +2, 0 of them live/)
    await run(['publish', topic, '{"n":3}'])
    await program.showing(/messages +3, 1 of them live/)
    program.press('5')
    expect(await program.showing(/"n": ?3/)).toMatch(/"n": ?1/)
    program.press('q')
    expect(await program.exited()).toMatchObject({ exitCode: 0 })
  })

  it('that are named and may not be read are listed, with 4', async () => {
    const topic = await site().newTopic()
    await run(['publish', topic, 'secret'])
    await site().admin.createAcls({ acl: [carolMay(topic, AclOperationTypes.DESCRIBE)] })
    const args = ['channels', topic, '--json', '-b', site().urlFor('carol', 'plain')]
    // The broker hears of a right a moment after it was given.
    const lookAgain = async (): ReturnType<typeof runProgram> => {
      const outcome = await runProgram(args, { env: home.env })
      return outcome.stdout === '' ? lookAgain() : outcome
    }
    const { exitCode, stdout, stderr } = await lookAgain()
    expect(parsed(stdout)).toMatchObject([
      { channel: topic, messages: 1, count: 0, placement: [{ leader: 1 }] }
    ])
    expect(stderr).toContain(`cannot read \\"${topic}\\": not authorized for the topic`)
    expect(exitCode).toBe(4)
  })

  it('that are named and do not exist are refused', async () => {
    const { exitCode, stderr } = await run(['channels', site().newName('missing')])
    expect(exitCode).toBe(4)
    expect(stderr).toContain('there is no topic')
  })
})
