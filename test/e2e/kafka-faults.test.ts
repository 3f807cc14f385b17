import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiName, compileKafkaMock, isKafkaMockMissing, KafkaMock } from '../support/kafka-mock.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { expectOneReason } from '../support/situation.js'

// What a Kafka answers that no other attempt mends, and what a user is told of it.

interface Situation {
  readonly what: string
  readonly args: readonly string[]
  readonly api: ApiName
  /** The number of the error in Kafka's protocol. */
  readonly error: number
  readonly code: number
  readonly says: string
  readonly tries?: string
}

const PUBLISH = ['publish', 't', 'x']
const QOS_2 = [...PUBLISH, '--qos', '2']
const READ = ['subscribe', 't', '--from', 'beginning', '--count', '1']
const GROUP = [...READ, '--group', 'g']

const SITUATIONS: readonly Situation[] = [
  {
    what: 'a message that is too large',
    args: PUBLISH,
    api: 'produce',
    error: 10,
    code: 4,
    says: 'larger than the topic takes (max.message.bytes, by default message.max.bytes of the broker)',
    tries: 'send less in one message'
  },
  {
    what: 'more than a segment holds',
    args: PUBLISH,
    api: 'produce',
    error: 18,
    code: 4,
    says: 'more than a segment of the broker holds (segment.bytes)',
    tries: 'send less in one message'
  },
  {
    what: 'a topic to which the user may not write',
    args: PUBLISH,
    api: 'produce',
    error: 29,
    code: 4,
    says: 'not authorized for the topic',
    tries: '--add --allow-principal User:ANONYMOUS --operation Write --topic t\n'
  },
  {
    what: 'an idempotent producer that the user may not be',
    args: QOS_2,
    api: 'initProducerId',
    error: 31,
    code: 4,
    says: 'not authorized for the cluster',
    tries: '--add --allow-principal User:ANONYMOUS --operation IdempotentWrite --cluster\n'
  },
  {
    what: 'a producer that is fenced',
    args: QOS_2,
    api: 'produce',
    error: 47,
    code: 4,
    says: 'another producer has taken over'
  },
  {
    what: 'a record that the broker does not take',
    args: PUBLISH,
    api: 'produce',
    error: 87,
    code: 4,
    says: 'the broker does not take the message',
    tries: '--message-key TEXT'
  },
  {
    what: 'a policy of the broker',
    args: PUBLISH,
    api: 'produce',
    error: 44,
    code: 4,
    says: 'a policy of the broker forbids it'
  },
  {
    what: 'an error without words of ours',
    args: PUBLISH,
    api: 'produce',
    error: 21,
    code: 4,
    says: 'the broker answered with error 21 (INVALID_REQUIRED_ACKS)'
  },
  {
    what: 'a topic that the user may not read',
    args: READ,
    api: 'fetch',
    error: 29,
    code: 4,
    says: 'cannot read "t": not authorized for the topic',
    tries: '--add --allow-principal User:ANONYMOUS --operation Read --topic t\n'
  },
  {
    what: 'a compression that the broker cannot send',
    args: READ,
    api: 'fetch',
    error: 76,
    code: 4,
    says: 'cannot read "t": the broker does not support the compression'
  },
  {
    what: 'offsets that the user may not see',
    args: READ,
    api: 'listOffsets',
    error: 29,
    code: 4,
    says: 'cannot read "t": not authorized for the topic',
    tries: '--add --allow-principal User:ANONYMOUS --operation Read --topic t\n'
  },
  {
    what: 'a format without times',
    args: [...READ.slice(0, 2), '--from', '2026-01-01T00:00:00Z', '--until-end'],
    api: 'listOffsets',
    error: 43,
    code: 4,
    says: 'the broker answered with error 43 (UNSUPPORTED_FOR_MESSAGE_FORMAT)'
  },
  {
    what: 'a group that the user may not use',
    args: GROUP,
    api: 'findCoordinator',
    error: 30,
    code: 4,
    says: 'cannot use the group "g": not authorized for the group',
    tries: '--add --allow-principal User:ANONYMOUS --operation Read --group g\n'
  },
  {
    what: 'a group whose name is not valid',
    args: GROUP,
    api: 'findCoordinator',
    error: 24,
    code: 4,
    says: 'cannot use the group "g": the name of the group is not valid',
    tries: 'take another name'
  },
  {
    what: 'a group that the user may not join',
    args: GROUP,
    api: 'joinGroup',
    error: 30,
    code: 4,
    says: 'cannot use the group "g": not authorized for the group',
    tries: '--add --allow-principal User:ANONYMOUS --operation Read --group g\n'
  },
  {
    what: 'a group whose members share in another way',
    args: GROUP,
    api: 'joinGroup',
    error: 23,
    code: 4,
    says: 'cannot join the group "g": its members share the partitions in another way than cooperative-sticky',
    tries: 'take another name: --group NAME'
  },
  {
    what: 'a group that is full',
    args: GROUP,
    api: 'joinGroup',
    error: 81,
    code: 4,
    says: 'cannot join the group "g": the group has as many members as it may have (group.max.size)'
  },
  {
    what: 'a share that the user may not have',
    args: GROUP,
    api: 'syncGroup',
    error: 30,
    code: 4,
    says: 'cannot use the group "g": not authorized for the group'
  },
  {
    what: 'progress that the user may not read',
    args: GROUP,
    api: 'offsetFetch',
    error: 29,
    code: 4,
    says: 'cannot read the progress of "g": not authorized for the topic',
    tries: '--add --allow-principal User:ANONYMOUS --operation Read --topic NAME\n'
  },
  {
    what: 'progress that cannot be stored',
    args: GROUP,
    api: 'offsetCommit',
    error: 28,
    code: 4,
    says: 'cannot store the progress of "g": there is too much of it to be stored'
  }
]

describe.skipIf(isKafkaMockMissing).concurrent('what lasts in a Kafka', () => {
  const home = makeHome()
  let compiled: ReturnType<typeof compileKafkaMock>
  beforeAll(() => {
    compiled = compileKafkaMock()
  })
  afterAll(() => {
    compiled?.remove()
    home.remove()
  })
  const start = async (onEnd: (stop: () => void) => void) => {
    const mock = await KafkaMock.start(compiled.program)
    onEnd(() => mock.stop())
    await mock.createTopic('t')
    return mock
  }
  const run = (args: readonly string[], mock: KafkaMock) =>
    runProgram([...args, '-b', mock.url], { env: home.env })

  it.for(SITUATIONS)('$what: told by name', async ({ args, api, error, code, says, tries }, context) => {
    const mock = await start(context.onTestFinished)
    await mock.fail(api, error, { times: 100 })
    const { exitCode, stderr } = await run(args, mock)
    expectOneReason(stderr)
    expect(stderr).toContain(says)
    if (tries !== undefined) expect(stderr).toContain(tries)
    expect(exitCode).toBe(code)
  })

  it('a topic that is deleted while messages wait for it: each is refused by name', async (context) => {
    const mock = await start(context.onTestFinished)
    await mock.fail('produce', 6, { times: 100_000 })
    const program = new RunningProgram([...PUBLISH, '-b', mock.url], home.env)
    while ((await mock.left('produce')) === 100_000);
    await mock.failTopic('t', 3)
    const { exitCode, stderr } = await program.exited
    expectOneReason(stderr)
    expect(stderr).toContain('there is no topic "t"')
    expect(exitCode).toBe(4)
  })

  it('a broker that never takes a message: told after ten seconds, and tried until the user has enough', async (context) => {
    const mock = await start(context.onTestFinished)
    await mock.fail('produce', 6, { times: 100_000 })
    const program = new RunningProgram([...PUBLISH, '-b', mock.url], home.env)
    await program.saying(
      'cannot publish to partition 0 of "t" at present: the broker does not lead the partition any more; trying again'
    )
    program.child.kill('SIGINT')
    expect((await program.exited).exitCode).toBe(5)
  })
})
