import { afterAll, describe, expect, it } from 'vitest'
import { jsonLines } from '../support/json-lines.js'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, runProgram } from '../support/program.js'
import { useKafka } from '../support/use-kafka.js'

const home = makeHome()
afterAll(() => home.remove())

describe.skipIf(isKafkaMissing)('"watch" of Kafka', () => {
  const site = useKafka()
  const run = (...args: string[]) => runProgram([...args, '-b', site().url], { env: home.env })
  const publish = (topic: string, n: number, key: string, ...more: string[]) =>
    run('publish', topic, `{"n":${n}}`, '--message-key', key, ...more)

  it('looks through history, says where a message is, and counts by key over partitions', async () => {
    const topic = await site().newTopic(3)
    for (const [n, key] of [
      [1, 'a'],
      [7, 'b'],
      [2, 'a'],
      [9, 'b']
    ] as const)
      await publish(topic, n, key, '--partition', key === 'a' ? '0' : '2')
    const { exitCode, stdout } = await run(
      ...['watch', topic, '--sequence', '/n', '--by', 'key', '--from', 'beginning', '--until-end', '--json']
    )
    expect(exitCode).toBe(10)
    const [gap, ...others] = jsonLines(stdout)
    expect(gap).toMatchObject({ kind: 'gap', from: 8, to: 8, stream: 'b', partition: 2, offset: 1 })
    expect(others.at(-1)).toMatchObject({ event: 'summary', messages: 4, incidents: 1 })
  })

  it('judges rates and silence of history by the times of its records', async () => {
    const topic = await site().newTopic(2)
    const times = [0, 1, 2, 3, 9, 10, 10.2, 10.4, 10.6].map(
      (seconds) => Date.UTC(2026, 0, 1) + seconds * 1000
    )
    const lines = times.map((time, n) => ({
      channel: topic,
      payload: n,
      sourceTime: new Date(time).toISOString(),
      kafka: { partition: n % 2 }
    }))
    const stdin = lines.map((line) => JSON.stringify(line)).join('\n')
    const args = ['publish', '--json', '-b', site().url]
    expect(await runProgram(args, { env: home.env, stdin })).toMatchObject({ exitCode: 0 })
    const rules = ['--max-rate', '3/s', '--max-silence', '3s', '--json']
    const history = ['--from', 'beginning', '--until-end']
    const { exitCode, stdout } = await run('watch', topic, ...rules, ...history)
    expect(exitCode).toBe(10)
    const begun = jsonLines(stdout).filter(({ event }) => event === 'began')
    expect(begun.map(({ kind }) => kind)).toEqual(['silence', 'high-rate'])
    const alone = await run('watch', topic, '--max-rate', '3/s', '--from', 'beginning')
    expect(alone).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('cannot use "--max-rate" with "--from" alone')
    })
    expect(alone.stderr).toContain('--until-end')
  })

  it('takes the age of messages from the time of their publisher, and ends with 0 where all is well', async () => {
    const topic = await site().newTopic()
    await publish(topic, 1, 'a')
    const { exitCode, stdout } = await run(
      ...[
        'watch',
        topic,
        '--max-age',
        '1h',
        '--expect',
        topic,
        '--from',
        'beginning',
        '--until-end',
        '--json'
      ]
    )
    expect(exitCode).toBe(0)
    const [channel] = jsonLines(stdout)
    expect(channel).toMatchObject({ event: 'channel', messages: 1, age: { max: expect.any(Number) } })
  })

  it('that looks through an empty topic ends with 0, or with 10 if messages were expected', async () => {
    const topic = await site().newTopic()
    const watch = (...args: string[]) =>
      run('watch', topic, '--from', 'beginning', '--until-end', '--max-age', '1h', ...args)
    expect((await watch()).exitCode).toBe(0)
    expect((await watch('--expect', topic)).exitCode).toBe(10)
  })
})
