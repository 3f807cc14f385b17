import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, runProgram } from '../support/program.js'
import { useKafka } from '../support/use-kafka.js'

const home = makeHome()
afterAll(() => home.remove())

const RIGHT = ['{"temp":20}', '{"temp":21}']
const WRONG = '{"temp":"hot"}'

describe.skipIf(isKafkaMissing)('a contract over Kafka', () => {
  const site = useKafka()
  const run = (argv: readonly string[], stdin?: string) =>
    runProgram([...argv, '-b', site().url], { env: home.env, ...(stdin !== undefined && { stdin }) })
  const read = (topic: string, ...more: string[]) =>
    run(['subscribe', topic, '--from', 'beginning', '--until-end', '--raw', ...more])

  /** A topic, and the document that describes it. */
  async function newContract(): Promise<{ topic: string; contract: string }> {
    const topic = await site().newTopic()
    const contract = join(home.path, `${topic}.yaml`)
    writeFileSync(
      contract,
      `asyncapi: 3.0.0
info: { title: Rooms, version: 1.0.0 }
channels:
  room:
    address: ${topic}
    messages: { reading: { payload: { properties: { temp: { type: number } } } } }
`
    )
    return { topic, contract }
  }

  it('refuses what breaks it, after what stands before it, or leaves it out', async () => {
    const { topic, contract } = await newContract()
    const lines = `${RIGHT[0]}\n${WRONG}\n${RIGHT[1]}\n`
    const refused = await run(['publish', topic, '--lines', '--contract', contract], lines)
    expect(refused).toMatchObject({ exitCode: 6, stderr: expect.stringContaining('line 2') })
    expect((await read(topic)).stdout).toBe(`${RIGHT[0]}\n`)
    const skipped = await run(['publish', topic, '--lines', '--contract', contract, '--skip-invalid'], lines)
    expect(skipped.exitCode).toBe(0)
    expect((await read(topic)).stdout).toBe(`${RIGHT[0]}\n${RIGHT[0]}\n${RIGHT[1]}\n`)
  })

  it('divides what was stored into right and wrong messages', async () => {
    const { topic, contract } = await newContract()
    await run(['publish', topic, '--lines'], `${RIGHT[0]}\n${WRONG}\n${RIGHT[1]}\n`)
    const outcomes = []
    for (const invalid of ['only', 'skip', 'stop']) {
      const { stdout, exitCode } = await read(topic, '--contract', contract, '--invalid', invalid)
      outcomes.push([invalid, exitCode, stdout.trim().split('\n')])
    }
    expect(outcomes).toEqual([
      ['only', 10, [WRONG]],
      ['skip', 10, RIGHT],
      ['stop', 10, [RIGHT[0], WRONG]]
    ])
  })

  it('that stops a reader of a session leaves the rest for the next one', async () => {
    const { topic, contract } = await newContract()
    await run(['publish', topic, '--lines'], `${RIGHT[0]}\n${WRONG}\n${RIGHT[1]}\n`)
    const session = ['subscribe', topic, '--session', `s-${topic}`, '--raw']
    const stopped = await run([
      ...session,
      '--from',
      'beginning',
      '--contract',
      contract,
      '--invalid',
      'stop'
    ])
    expect(stopped).toMatchObject({ exitCode: 10, stdout: `${RIGHT[0]}\n${WRONG}\n` })
    expect(await run([...session, '--count', '1'])).toMatchObject({ exitCode: 0, stdout: `${RIGHT[1]}\n` })
  })
})
