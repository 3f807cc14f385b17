import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type BrokerProcess, freePorts, startBrokerProcess } from './broker-process.js'
import { type Certificates, makeCertificates } from './certificates.js'
import { kafkaProgram, withMegabytes } from './kafka-programs.js'

const run = promisify(execFile)

/** Where a running Kafka is. Plain data, so that a process can tell another. */
export interface KafkaAddress {
  readonly ports: {
    /** Anybody may do everything. */
    readonly plain: number
    /** With TLS; the user of a client certificate is its subject. */
    readonly tls: number
    /** With a password, without TLS: PLAIN, SCRAM-SHA-256, SCRAM-SHA-512. */
    readonly password: number
  }
  readonly certificates: Certificates
  /** The folder of its logs, with a folder for each partition. */
  readonly logs: string
}

/** Users with passwords. `ann` may do everything, `bob` nothing, and `carol` what a test allows. */
export const PASSWORDS = { ann: 'ann-secret', bob: 'bob-secret', carol: 'carol-secret' } as const

export interface KafkaNode {
  readonly address: KafkaAddress
  readonly pid: number
  /** Ends it cleanly; `start` starts it again on the same ports with what it has stored. */
  halt(): Promise<void>
  /** Kills it, which has the effect of a power cut. */
  kill(): Promise<void>
  start(): Promise<void>
  /** Ends it, and removes its folder. */
  stop(): Promise<void>
}

const CLUSTER = 'dGlkaW5ncy10ZXN0cy0tMQ'

/**
 * Starts a Kafka of one node that the caller alone uses, and stops. It takes seconds; `useKafka` shares one.
 * @param config further lines of server.properties
 * @param megabytes of memory, where the usual few are not enough
 */
export async function startKafkaNode(config: readonly string[] = [], megabytes = 384): Promise<KafkaNode> {
  const folder = mkdtempSync('/tmp/tidings-kafka-')
  const certificates = makeCertificates(folder)
  const [plain = 0, tls = 0, password = 0, controller = 0] = await freePorts(4)
  const ports = { plain, tls, password }
  const pem = [certificates.paths.serverKey, certificates.paths.serverCert].map((path) => readFileSync(path))
  writeFileSync(join(folder, 'keystore.pem'), Buffer.concat(pem), { mode: 0o600 })
  const properties = join(folder, 'server.properties')
  writeFileSync(properties, [...configOf(folder, certificates, ports, controller), ...config, ''].join('\n'))
  const scram = Object.entries(PASSWORDS).flatMap(([name, secret]) =>
    ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((kind) => [
      '--add-scram',
      `${kind}=[name=${name},password=${secret}]`
    ])
  )
  const format = kafkaProgram(
    'kafka.tools.StorageTool',
    ...['format', '--cluster-id', CLUSTER, '--config', properties, ...scram]
  )
  let broker: BrokerProcess | undefined
  const start = async () => {
    const kafka = withMegabytes(kafkaProgram('kafka.Kafka', properties), megabytes)
    broker = await startBrokerProcess(kafka, 'Kafka Server started')
  }
  const remove = () => rmSync(folder, { recursive: true, force: true })
  try {
    await run(format.program, format.args)
    await start()
  } catch (error) {
    remove()
    throw error
  }
  return {
    address: { ports, certificates, logs: join(folder, 'log') },
    get pid() {
      return broker?.pid ?? 0
    },
    halt: async () => broker?.stop(),
    kill: async () => broker?.kill(),
    start,
    stop: async () => {
      await broker?.stop()
      remove()
    }
  }
}

function configOf(
  folder: string,
  { paths }: Certificates,
  { plain, tls, password }: KafkaAddress['ports'],
  controller: number
): string[] {
  const users = Object.entries(PASSWORDS)
    .map(([name, secret]) => `user_${name}="${secret}"`)
    .join(' ')
  const module = 'org.apache.kafka.common.security'
  const listeners = `PLAINTEXT://127.0.0.1:${plain},SSL://127.0.0.1:${tls},SASL_PLAINTEXT://127.0.0.1:${password}`
  const login = 'listener.name.sasl_plaintext'
  return [
    'process.roles=broker,controller',
    'node.id=1',
    `controller.quorum.voters=1@127.0.0.1:${controller}`,
    `listeners=${listeners},CONTROLLER://127.0.0.1:${controller}`,
    `advertised.listeners=${listeners}`,
    'controller.listener.names=CONTROLLER',
    'listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT',
    `log.dirs=${join(folder, 'log')}`,
    'auto.create.topics.enable=false',
    // Tests write messages with times of long ago. A broker deletes those every five minutes unless it keeps all.
    'log.retention.ms=-1',
    'offsets.topic.num.partitions=1',
    'offsets.topic.replication.factor=1',
    'transaction.state.log.num.partitions=1',
    'transaction.state.log.replication.factor=1',
    'transaction.state.log.min.isr=1',
    'group.initial.rebalance.delay.ms=0',
    'group.min.session.timeout.ms=1000',
    'authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users=User:ANONYMOUS;User:ann;User:CN=ann',
    'ssl.keystore.type=PEM',
    `ssl.keystore.location=${join(folder, 'keystore.pem')}`,
    'ssl.truststore.type=PEM',
    `ssl.truststore.location=${paths.ca}`,
    'ssl.client.auth=requested',
    'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512',
    `${login}.plain.sasl.jaas.config=${module}.plain.PlainLoginModule required ${users};`,
    `${login}.scram-sha-256.sasl.jaas.config=${module}.scram.ScramLoginModule required;`,
    `${login}.scram-sha-512.sasl.jaas.config=${module}.scram.ScramLoginModule required;`
  ]
}
