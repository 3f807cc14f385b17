import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBroker } from './broker-process.js'

const java = findBroker('default-jre-headless', 'java')

const kafka = join(import.meta.dirname, '../../.ci/kafka')

/** Where `.ci/kafka/fetch` puts Apache Kafka. */
const folder = execFileSync(join(kafka, 'folder'), { encoding: 'utf8' }).trim()

const jars = readFileSync(join(kafka, 'checksums'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => join(folder, line.split(/\s+/)[1] ?? ''))

const isFetched = jars.every((jar) => existsSync(jar))
const isRequired = process.env.TIDINGS_REQUIRE_BROKERS === '1'
const WHY = `Apache Kafka is not in "${folder}": .ci/kafka/fetch`

/** Whether tests with Kafka are skipped. With TIDINGS_REQUIRE_BROKERS=1, as in CI, they are not skipped but fail. */
export const isKafkaMissing = java.areLeftOut || (!isFetched && !isRequired)
if (!java.areLeftOut && isKafkaMissing) process.stderr.write(`Skipped: tests on Kafka: ${WHY}\n`)

/** The same with more memory, for a broker of thousands of partitions: the last option of a kind counts. */
export function withMegabytes(
  { program, args }: { program: string; args: string[] },
  megabytes: number
): { program: string; args: string[] } {
  return { program, args: [...JAVA_OPTIONS, `-Xmx${megabytes}m`, ...args.slice(JAVA_OPTIONS.length)] }
}

/** How a program of Kafka's is started. Throws if Kafka or Java is not there. */
export function kafkaProgram(name: string, ...args: string[]): { program: string; args: string[] } {
  const [program = ''] = java.paths()
  if (!isFetched) throw new Error(WHY)
  return { program, args: [...JAVA_OPTIONS, '-cp', join(folder, '*'), name, ...args] }
}

/** Little memory, and a compiler that is soon done: a broker of a test lives for seconds. */
const JAVA_OPTIONS = [
  '-Xmx384m',
  '-Xms64m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:ActiveProcessorCount=2',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info'
]
