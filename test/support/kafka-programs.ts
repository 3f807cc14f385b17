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

/** How a program of Kafka's is started. */
export interface KafkaProgram {
  readonly program: string
  readonly args: string[]
}

/** How a program of Kafka's is started. Throws if Kafka or Java is not there. */
export const kafkaProgram = (name: string, ...args: string[]): KafkaProgram =>
  kafkaProgramWith(LITTLE, name, ...args)

/** The same with so many megabytes for Java's heap at most: thousands of partitions need more. */
export function kafkaProgramWith(megabytes: number, name: string, ...args: string[]): KafkaProgram {
  const [program = ''] = java.paths()
  if (!isFetched) throw new Error(WHY)
  return { program, args: [`-Xmx${megabytes}m`, ...JAVA_OPTIONS, '-cp', join(folder, '*'), name, ...args] }
}

/** Megabytes that are enough for a broker of a test. */
const LITTLE = 384

/** Little memory, and a compiler that is soon done: a broker of a test lives for seconds. */
const JAVA_OPTIONS = [
  '-Xms64m',
  '-XX:+UseSerialGC',
  '-XX:TieredStopAtLevel=1',
  '-XX:ActiveProcessorCount=2',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info'
]
