import { afterAll, describe, expect, it } from 'vitest'
import { isKafkaMissing } from '../support/kafka-programs.js'
import { makeHome, runProgram } from '../support/program.js'
import { expectOneReason } from '../support/situation.js'
import { useKafka } from '../support/use-kafka.js'

const home = makeHome()
afterAll(() => home.remove())

describe.skipIf(isKafkaMissing)('a session of Kafka', () => {
  const site = useKafka()
  const run = (...args: string[]) => runProgram([...args, '-b', site().url], { env: home.env })
  const groups = async () => (await site().admin.listGroups()).groups.map(({ groupId }) => groupId)

  it('is deleted without a question', async () => {
    const topic = await site().newTopic()
    const session = site().newName('session')
    await run('subscribe', topic, '--session', session, '--count', '0')
    expect(await groups()).toContain(session)
    expect(await run('session', 'delete', session)).toMatchObject({
      exitCode: 0,
      stderr: expect.stringContaining(`Deleted the session "${session}"`)
    })
    expect(await groups()).not.toContain(session)
  })

  it('that another program has made is named with its offsets, and deleted only with --yes', async () => {
    const topic = await site().newTopic(7)
    await run('publish', topic, 'x', '--partition', '0')
    const groupId = site().newName('foreign')
    const partitions = Array.from({ length: 7 }, (_, partition) => ({
      partition,
      offset: partition === 0 ? '1' : '0'
    }))
    await site().admin.setOffsets({ groupId, topic, partitions })
    const asked = await run('session', 'delete', groupId)
    expectOneReason(asked.stderr)
    expect(asked.stderr).toContain(
      `another program keeps its place there: partition 0 of "${topic}" at offset 1`
    )
    expect(asked.stderr).toContain('2 other partitions')
    expect(asked.stderr).toContain(`tidings session delete ${groupId} --yes`)
    expect(asked.exitCode).toBe(2)
    expect(await groups()).toContain(groupId)
    expect(await run('session', 'delete', groupId, '--yes')).toMatchObject({ exitCode: 0 })
    expect(await groups()).not.toContain(groupId)
  })
})
