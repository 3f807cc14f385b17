import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { pause } from '../../src/transport/connecting/back-off.js'
import { compileProgram } from '../bench/fake-broker.js'

/** Whether tests with the mock cluster are skipped: it needs Debian's librdkafka-dev. With TIDINGS_REQUIRE_BROKERS=1, as in CI, they fail. */
export const isKafkaMockMissing =
  !existsSync('/usr/include/librdkafka/rdkafka_mock.h') && process.env.TIDINGS_REQUIRE_BROKERS !== '1'
if (isKafkaMockMissing)
  process.stderr.write('Skipped: tests on the mock of Kafka: apt-get install librdkafka-dev\n')

/** Milliseconds between two questions to the mock. */
const LOOK_AGAIN = 20

/** The numbers of the requests that can be made to fail. */
export const API = {
  produce: 0,
  fetch: 1,
  listOffsets: 2,
  offsetCommit: 8,
  offsetFetch: 9,
  findCoordinator: 10,
  joinGroup: 11,
  heartbeat: 12,
  syncGroup: 14,
  initProducerId: 22
} as const

export type ApiName = keyof typeof API

/**
 * A cluster by librdkafka, which fails as it is told. Its brokers have the numbers from 1 on. It has no SASL, no rights and no sessions, and a
 * group begins after three seconds.
 */
export class KafkaMock {
  readonly url: string
  readonly #child: ChildProcessWithoutNullStreams
  readonly #lines: AsyncIterator<string>

  private constructor(child: ChildProcessWithoutNullStreams, lines: AsyncIterator<string>, brokers: string) {
    this.url = `kafka://${brokers}`
    this.#child = child
    this.#lines = lines
  }

  /** @param program what `compileKafkaMock` gives */
  static async start(program: string, brokers = 1): Promise<KafkaMock> {
    const child = spawn(program, [`${brokers}`], { stdio: 'pipe' })
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
    const { value = '' } = await lines.next()
    return new KafkaMock(child, lines, value)
  }

  async createTopic(name: string, partitions = 1, replicas = 1): Promise<void> {
    await this.#tell(`topic ${name} ${partitions} ${replicas}`)
  }

  /** The next requests of this kind at this broker are answered with the error. */
  async fail(api: ApiName, code: number, { times = 1, broker = 1 } = {}): Promise<void> {
    await this.#tell(`fail ${broker} ${API[api]} ${code} ${times}`)
  }

  /** How many of these errors nobody has met yet. */
  async left(api: ApiName, broker = 1): Promise<number> {
    return Number((await this.#tell(`left ${broker} ${API[api]}`)).split(' ')[1])
  }

  /** Resolves once nobody has any of these errors before them. */
  async met(api: ApiName, broker = 1): Promise<void> {
    while ((await this.left(api, broker)) > 0) await pause(LOOK_AGAIN, new AbortController().signal)
  }

  /** What the cluster says of the topic when it is asked which topics there are; 0: nothing. */
  async failTopic(name: string, code: number): Promise<void> {
    await this.#tell(`fail-topic ${name} ${code}`)
  }

  async moveLeader(topic: string, partition: number, broker: number): Promise<void> {
    await this.#tell(`leader ${topic} ${partition} ${broker}`)
  }

  async moveCoordinator(group: string, broker: number): Promise<void> {
    await this.#tell(`coordinator ${group} ${broker}`)
  }

  /** All connections to the broker end, and none is accepted. */
  async down(broker: number): Promise<void> {
    await this.#tell(`down ${broker}`)
  }

  async up(broker: number): Promise<void> {
    await this.#tell(`up ${broker}`)
  }

  /** Delays each answer of the broker by so many milliseconds. */
  async delay(broker: number, milliseconds: number): Promise<void> {
    await this.#tell(`delay ${broker} ${milliseconds}`)
  }

  stop(): void {
    this.#child.kill('SIGKILL')
  }

  async #tell(command: string): Promise<string> {
    this.#child.stdin.write(`${command}\n`)
    const { value = 'it has ended', done } = await this.#lines.next()
    if (done || !value.startsWith('ok')) throw new Error(`the mock of Kafka: ${value}`)
    return value
  }
}

/** Compiles the mock. `remove` is to be called in the end. */
export function compileKafkaMock(): { readonly program: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-kafka-mock-'))
  const program = compileProgram(folder, 'kafka-mock', ['rdkafka'], import.meta.dirname)
  return { program, remove: () => rmSync(folder, { recursive: true }) }
}
