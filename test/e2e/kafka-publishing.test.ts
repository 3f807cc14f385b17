import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { findTool } from '../support/find-tool.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, runProgram } from '../support/program.js'
import { useKafka } from '../support/use-kafka.js'

// The flags of "publish" for Kafka. kcat, which shares no code with tidings, is the witness of what the broker has got.

const kcat = findTool('kcat', 'kcat')
const home = makeHome()
afterAll(() => home.remove())

const run = (args: readonly string[], stdin?: string) =>
  runProgram(args, { env: home.env, ...(stdin !== undefined && { stdin }) })

describe.skipIf(isKafkaMissing || kcat.isLeftOut)('"publish" to Kafka', () => {
  const site = useKafka()
  const publish = (args: readonly string[], stdin?: string) =>
    run(['publish', ...args, '-b', site().url], stdin)
  const subscribe = (topic: string) =>
    run(['subscribe', topic, '--json', '--from', 'beginning', '--until-end', '-b', site().url])

  /** What a topic holds, each message as this format of kcat says it. */
  function witnessed(topic: string, format: string): string[] {
    const broker = site().url.replace('kafka://', '')
    const args = ['-b', broker, '-C', '-t', topic, '-e', '-q', '-f', `${format}\\n`]
    return `${execFileSync(kcat.path, args)}`.split('\n').slice(0, -1)
  }

  it('--message-key gives every message of the command this key', async () => {
    const topic = await site().newTopic(3)
    expect(await publish([topic, '--lines', '--message-key', 'house-1'], 'a\nb\n')).toMatchObject({
      exitCode: 0
    })
    expect(await publish([topic, 'c', '--message-key', ''])).toMatchObject({ exitCode: 0 })
    expect(await publish([topic, 'd'])).toMatchObject({ exitCode: 0 })
    const seen = witnessed(topic, '%K %k %s').sort()
    expect(seen).toEqual(['-1  d', '0  c', '7 house-1 a', '7 house-1 b'])
    const partitions = witnessed(topic, '%k %p').filter((line) => line.startsWith('house-1'))
    expect(new Set(partitions).size).toBe(1)
  })

  it('--key-delimiter cuts each line into key and payload, as kcat -K does', async () => {
    const lines = Buffer.from('ada:a:b\nno key\n:empty key\nada:\n\\t:tab\n\xff\xfe:\xfd\r\n', 'latin1')
    const ours = await site().newTopic()
    const args = ['publish', ours, '--lines', '--key-delimiter', ':', '-b', site().url]
    expect(await runProgram(args, { env: home.env, stdin: lines })).toMatchObject({ exitCode: 0 })
    const theirs = await site().newTopic()
    const broker = site().url.replace('kafka://', '')
    execFileSync(kcat.path, ['-b', broker, '-P', '-t', theirs, '-K:'], { input: lines })
    expect(witnessed(ours, '%K %k %S %s')).toEqual(witnessed(theirs, '%K %k %S %s'))
    const tabs = await site().newTopic()
    expect(await publish([tabs, '--lines', '-K\\t'], 'k\tv\n')).toMatchObject({ exitCode: 0 })
    expect(witnessed(tabs, '%k %s')).toEqual(['k v'])
  })

  it('--null publishes a tombstone, and --empty a message that is empty', async () => {
    const topic = await site().newTopic()
    expect(await publish([topic, '--null', '--message-key', 'k'])).toMatchObject({ exitCode: 0 })
    expect(await publish([topic, '--empty', '--message-key', 'k'])).toMatchObject({ exitCode: 0 })
    expect(witnessed(topic, '%k %S %s')).toEqual(['k -1 ', 'k 0 '])
  })

  it('--partition chooses where a message goes, whatever its key', async () => {
    const topic = await site().newTopic(3)
    for (const partition of ['0', '1', '2'])
      expect(await publish([topic, 'x', '--partition', partition, '--message-key', 'k'])).toMatchObject({
        exitCode: 0
      })
    expect(witnessed(topic, '%p').sort()).toEqual(['0', '1', '2'])
    const missing = await publish([topic, 'x', '--partition', '3'])
    expect(missing).toMatchObject({ exitCode: 4 })
    expect(missing.stderr).toContain('there is no partition 3; the topic has 3')
  })

  it('--partition counts for the lines of a subscriber, too, which say where their messages were', async () => {
    const [from, to] = [await site().newTopic(), await site().newTopic(2)]
    await publish([from, 'x'])
    const { stdout } = await subscribe(from)
    const lines = stdout.replaceAll(from, to)
    expect(await publish(['--json', '--partition', '1'], lines)).toMatchObject({ exitCode: 0 })
    expect(witnessed(to, '%p %s')).toEqual(['1 x'])
  })

  it('an unknown topic is refused with the command that creates it', async () => {
    const topic = site().newName('unknown')
    const refused = await publish([topic, 'x'])
    expect(refused).toMatchObject({ exitCode: 4 })
    expect(refused.stderr).toContain('--create (publish, replay, outbox send)')
    const line = `kafka-topics.sh --bootstrap-server ${site().url.replace('kafka://', '')} --create --topic ${topic}\n`
    expect(refused.stderr).toContain(line)
  })

  it('--create of replay, and of outbox send, creates what is unknown, too', async () => {
    const [first, second] = [site().newName('first'), site().newName('second')]
    const lines = [first, second].map((channel) => `${JSON.stringify({ channel, payload: 1 })}\n`).join('')
    const file = join(home.path, 'two.jsonl')
    writeFileSync(file, lines)
    const url = ['-b', site().url]
    const replayed = ['replay', file, '--speed', 'max', ...url]
    expect((await run(replayed)).stderr).toContain(`there is no topic "${first}"`)
    const outbox = join(home.path, 'outbox-of-two')
    const stored = ['publish', '--json', '--outbox', outbox, '-b', 'kafka://127.0.0.1:1', '--wait', '0s']
    await run(stored, lines)
    expect(await run(['outbox', 'send', outbox, '--create', ...url])).toMatchObject({
      exitCode: 0
    })
    expect(await run([...replayed, '--create'])).toMatchObject({ exitCode: 0 })
    for (const topic of [first, second]) expect(witnessed(topic, '%s')).toEqual(['1', '1'])
  })

  it('an outbox names all topics that are missing', async () => {
    const names = [site().newName('one'), site().newName('two')]
    const lines = names.map((channel) => `${JSON.stringify({ channel, payload: 1 })}\n`).join('')
    const outbox = join(home.path, 'outbox-of-missing')
    const { exitCode, stderr } = await publish(['--json', '--outbox', outbox], lines)
    expect(exitCode).toBe(4)
    const { message } = JSON.parse(stderr).error
    for (const name of names) expect(message).toContain(`there is no topic "${name}"`)
  })

  it('--create creates an unknown topic with so many partitions, and leaves a known one as it is', async () => {
    const topic = site().newName('created')
    for (const [text, partitions, told] of [
      ['first', '5', `created the topic "${topic}" with 5 partitions\n`],
      ['second', '9', `Warning: the topic "${topic}" exists with 5 partitions, and stays so; `]
    ] as const) {
      const { exitCode, stderr } = await publish([topic, text, '--create', '--partitions', partitions])
      expect(exitCode).toBe(0)
      expect(stderr).toContain(told)
    }
    expect(witnessed(topic, '%s').sort()).toEqual(['first', 'second'])
    const { topics } = await site().admin.fetchTopicMetadata({ topics: [topic] })
    expect(topics[0]?.partitions).toHaveLength(5)
  })

  it('--create creates each topic that the lines of one command name', async () => {
    const topics = Array.from({ length: 5 }, () => site().newName('each'))
    const lines = topics.map((channel) => JSON.stringify({ channel, payload: channel })).join('\n')
    expect(await publish(['--json', '--create'], lines)).toMatchObject({ exitCode: 0 })
    for (const topic of topics) expect(witnessed(topic, '%s')).toEqual([`"${topic}"`])
  })

  it('--compression gzip sends messages together that would be too large without', async () => {
    const topic = await site().newTopic(1, { 'max.message.bytes': '2000' })
    const lines = Array.from({ length: 500 }, (_, index) => `the same text ${index}`)
    const compressed = await publish([topic, '--lines', '--compression', 'gzip'], lines.join('\n'))
    expect(compressed).toMatchObject({ exitCode: 0 })
    expect(witnessed(topic, '%s')).toEqual(lines)
    const large = 'x'.repeat(50_000)
    expect(await publish([topic, large])).toMatchObject({ exitCode: 4 })
    expect(await publish([topic, large, '--compression', 'gzip', '--qos', '2'])).toMatchObject({
      exitCode: 0
    })
    expect(witnessed(topic, '%S').at(-1)).toBe('50000')
  })

  it('what cannot be compressed is sent as it is', async () => {
    const topic = await site().newTopic()
    const noise = randomBytes(3000).toString('base64').slice(0, 200)
    expect(await publish([topic, noise, '--compression', 'gzip'])).toMatchObject({ exitCode: 0 })
    expect(witnessed(topic, '%s')).toEqual([noise])
  })

  it('"subscribe --json | publish --json" keeps key, headers in order, headers without a value and times', async () => {
    const [from, to] = [await site().newTopic(1), await site().newTopic(1)]
    const broker = site().url.replace('kafka://', '')
    const kcatPublishes = (text: string, ...args: string[]) =>
      execFileSync(kcat.path, ['-b', broker, '-P', '-t', from, ...args], { input: text })
    const headers = ['b=2', 'a=1', 'nothing', 'b=', 'b=3'].flatMap((each) => ['-H', each])
    kcatPublishes('{ "big": 12345678901234567890 }', '-k', 'house-1', ...headers)
    kcatPublishes('house-1:\n', '-K', ':', '-Z')
    kcatPublishes('no key')
    const { stdout } = await subscribe(from)
    const [first] = stdout.split('\n')
    expect(JSON.parse(first ?? '')).toMatchObject({ kafka: { partition: 0, offset: 0, nullHeaders: [2] } })
    expect(await publish(['--json', '--strict'], stdout.replaceAll(from, to))).toMatchObject({ exitCode: 0 })
    const format = '%k %K %S %s %T %h'
    const before = witnessed(from, format)
    expect(before).toHaveLength(3)
    expect(before[0]).toMatch(/ b=2,a=1,nothing=NULL,b=,b=3$/)
    expect(before[1]).toMatch(/^house-1 7 -1 {2}/)
    expect(witnessed(to, format)).toEqual(before)
  })
})

describe('what other protocols lack', () => {
  it.each([
    [['x', '--message-key', 'k'], '--message-key', 'mqtt://'],
    [['x', '--partition', '1'], '--partition', 'mqtt://'],
    [['--null'], '--null', 'amqp://'],
    [['x', '--create'], '--create', 'amqp://'],
    [['x', '--compression', 'gzip'], '--compression gzip', 'mqtt://']
  ])('%j is refused before anything is connected to', async (args, flag, scheme) => {
    const { exitCode, stderr } = await run(['publish', 'a', ...args, '-b', `${scheme}unreachable.invalid`])
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(new RegExp(`cannot use "${flag.split(' ')[0]}" with ${scheme}: .+\n +Try: `))
  })

  it('is nothing where --compression asks for none', async () => {
    const { exitCode } = await run(['publish', 'a', 'x', '--compression', 'none', '-b', 'mqtt://127.0.0.1:1'])
    expect(exitCode).toBe(3)
  })

  it('the key of a client certificate is not taken for the key of a message', async () => {
    const { exitCode, stderr } = await run([
      'publish',
      'a',
      'x',
      '--key',
      'house-1',
      '-b',
      'kafka://127.0.0.1:1'
    ])
    expect(exitCode).toBe(2)
    expect(stderr).toContain('--message-key')
  })
})
