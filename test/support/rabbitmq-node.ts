import { execFile } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import {
  type BrokerCommand,
  type BrokerProcess,
  findBroker,
  freePorts,
  startBrokerProcess
} from './broker-process.js'
import { type Certificates, makeCertificates } from './certificates.js'
import { newRabbitmqHost, type RabbitmqAddress, type RabbitmqHost } from './rabbitmq-host.js'
import { askWitness, binary, holdWitness } from './rabbitmq-witness.js'

const programs = findBroker('rabbitmq-server', 'rabbitmq-server', 'rabbitmqctl', 'epmd')

/** Whether tests with RabbitMQ are skipped. */
export const isRabbitmqMissing = programs.areLeftOut

export interface RabbitmqOptions {
  /** The broker refuses clients without a certificate at its port for TLS. Otherwise it lets them choose. */
  readonly requireClientCertificate?: boolean
  /** How long a delivery may stay unacknowledged, in milliseconds. */
  readonly consumerTimeout?: number
  /**
   * Whether the node has RabbitMQ's MQTT plug-ins; it has by default. In a cluster, the nodes elect a leader for the client ids of MQTT, and
   * a node that was killed may wait for that for more than a minute before it says that it has started.
   */
  readonly hasMqtt?: boolean
  /** Further lines of rabbitmq.conf. */
  readonly config?: readonly string[]
}

/** A RabbitMQ of one's own. */
export interface RabbitmqNode {
  readonly name: string
  readonly address: RabbitmqAddress
  /** The process number of Erlang; it changes with each start. */
  readonly pid: number
  /** Makes a virtual host and a user for it. */
  newHost(): Promise<RabbitmqHost>
  /** Makes it look as if memory or disk had run out, or had come back: publishers are blocked. */
  setAlarm(resource: 'memory' | 'disk', isOn: boolean): Promise<void>
  /** Evaluates Erlang in the broker. */
  ask<Answer>(expression: string): Promise<Answer>
  /** Runs rabbitmqctl. It needs a second; `newHost` has faster questions. Resolves with what it says. */
  control(...args: string[]): Promise<string>
  /** Ends it cleanly; `start` starts it again on the same ports with what it has stored. */
  halt(): Promise<void>
  /** Kills it, which has the effect of a power cut. */
  kill(): Promise<void>
  start(): Promise<void>
}

/** What the nodes of one folder share. */
export interface RabbitmqSite {
  readonly folder: string
  readonly certificates: Certificates
  readonly mapper: { readonly port: number; readonly pid: number }
  remove(): Promise<void>
}

/**
 * Makes a folder for nodes, and starts a port mapper (epmd) for them alone. Without this one, Erlang starts a port mapper that outlives
 * it, and that other programs use, too.
 */
export async function openRabbitmqSite(): Promise<RabbitmqSite> {
  const [, , epmd = ''] = programs.paths()
  const folder = mkdtempSync('/tmp/tidings-rabbitmq-')
  // A copy, because the path of this one may have spaces, at which the scripts of RabbitMQ divide it.
  copyFileSync(fileURLToPath(new URL('rabbitmq-witness.erl', import.meta.url)), join(folder, WITNESS))
  const [port = 0] = await freePorts(1)
  const mapper = await startBrokerProcess(
    { program: epmd, args: ['-debug', '-debug', '-address', '127.0.0.1', '-port', `${port}`] },
    'entering the main select() loop'
  )
  return {
    folder,
    certificates: makeCertificates(folder),
    mapper: { port, pid: mapper.pid },
    remove: async () => {
      await mapper.stop()
      rmSync(folder, { recursive: true })
    }
  }
}

/** Prepares a node in the folder of a site, on free ports of loopback, and starts it. */
export async function startNode(
  site: RabbitmqSite,
  name: string,
  options: RabbitmqOptions = {}
): Promise<RabbitmqNode> {
  const { hasMqtt = true } = options
  const [script = '', control = ''] = programs.paths().map(ownScript)
  const [amqp = 0, amqps = 0, mqtt = 0, webMqtt = 0, distribution = 0, tool = 0] = await freePorts(6)
  const ports = { amqp, amqps, mqtt, webMqtt }
  const path = (file: string) => join(site.folder, `${name}-${file}`)
  const address = { ports, certificates: site.certificates, witness: path('witness') }
  writeFileSync(path('rabbitmq.conf'), `${configOf(site, ports, options).join('\n')}\n`)
  const plugins = [...(hasMqtt ? ['rabbitmq_mqtt', 'rabbitmq_web_mqtt'] : []), 'rabbitmq_auth_mechanism_ssl']
  writeFileSync(path('plugins'), `[${plugins}].\n`)
  const env = {
    // Of the nodes of a folder, all have one cookie.
    HOME: site.folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: `${site.mapper.port}`,
    TIDINGS_PORT_MAPPER: `${site.mapper.pid}`,
    TIDINGS_WITNESS: address.witness,
    // The script gives place to Erlang, so that signals reach Erlang.
    RUNNING_UNDER_SYSTEMD: 'true',
    RABBITMQ_NODENAME: `${name}@localhost`,
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_CTL_DIST_PORT_MIN: `${tool}`,
    RABBITMQ_CTL_DIST_PORT_MAX: `${tool}`,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: erlangArguments(site),
    RABBITMQ_CTL_ERL_ARGS: LOOPBACK,
    RABBITMQ_CONF_ENV_FILE: path('none'),
    RABBITMQ_CONFIG_FILE: path('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path('advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path('plugins'),
    RABBITMQ_MNESIA_BASE: path('mnesia'),
    RABBITMQ_LOG_BASE: path('log'),
    RABBITMQ_SCHEMA_DIR: path('schema'),
    RABBITMQ_GENERATED_CONFIG_DIR: path('generated'),
    RABBITMQ_QUORUM_DIR: path('quorum'),
    RABBITMQ_STREAM_DIR: path('stream'),
    RABBITMQ_FEATURE_FLAGS_FILE: path('feature-flags'),
    RABBITMQ_PID_FILE: path('pid')
  }
  const running = new RunningNode({ program: script, env }, address.witness)
  await running.start()
  await makeAnn(address.witness)
  const ask = <Answer>(expression: string) => askWitness<Answer>(address.witness, expression)
  return {
    name: `${name}@localhost`,
    address,
    get pid() {
      return running.process.pid
    },
    newHost: () => newRabbitmqHost(address),
    ask,
    setAlarm: async (resource, isOn) => {
      const limit = `{resource_limit, ${resource}, node()}`
      const change = isOn ? `rabbit_alarm:set_alarm({${limit}, []})` : `rabbit_alarm:clear_alarm(${limit})`
      // The alarm is only noted; the question behind it is answered once all connections have been told.
      await ask(`begin ${change}, gen_event:which_handlers(rabbit_alarm), ok end`)
    },
    control: async (...args) =>
      (await run(control, ['--quiet', ...args], { env: { ...process.env, ...env } })).stdout,
    halt: () => running.end('stop'),
    kill: () => running.end('kill'),
    start: () => running.start()
  }
}

const run = promisify(execFile)

const WITNESS = 'witness.erl'
const LOOPBACK = '-kernel inet_dist_use_interface {127,0,0,1}'

/** Debian's scripts in /usr/sbin become another user and use the folders of the service. These do neither. */
const ownScript = (path: string): string => path.replace('/usr/sbin', '/usr/lib/rabbitmq/bin')

/** Two schedulers, as many as tests run at a time. Consumers are looked at each half second for their time-out, and not each minute. */
const erlangArguments = ({ folder }: RabbitmqSite): string =>
  `${LOOPBACK} +S 2:2 -rabbit channel_tick_interval 500 -eval ok=file:eval("${join(folder, WITNESS)}")`

/** The user of the client certificate: nobody can log in with her password. */
async function makeAnn(witness: string): Promise<void> {
  const [ann, acting] = [binary('ann'), binary('tidings')]
  await askWitness(
    witness,
    `begin ok = rabbit_auth_backend_internal:add_user(${ann}, ${binary('none')}, ${acting}), ok = rabbit_auth_backend_internal:clear_password(${ann}, ${acting}) end`
  )
}

function configOf(
  { certificates: { paths } }: RabbitmqSite,
  ports: RabbitmqAddress['ports'],
  { requireClientCertificate = false, consumerTimeout, hasMqtt = true, config = [] }: RabbitmqOptions
): string[] {
  return [
    `listeners.tcp.1 = 127.0.0.1:${ports.amqp}`,
    `listeners.ssl.1 = 127.0.0.1:${ports.amqps}`,
    `ssl_options.cacertfile = ${paths.ca}`,
    `ssl_options.certfile = ${paths.serverCert}`,
    `ssl_options.keyfile = ${paths.serverKey}`,
    'ssl_options.verify = verify_peer',
    `ssl_options.fail_if_no_peer_cert = ${requireClientCertificate}`,
    'auth_mechanisms.1 = PLAIN',
    'auth_mechanisms.2 = AMQPLAIN',
    'auth_mechanisms.3 = EXTERNAL',
    'ssl_cert_login_from = common_name',
    ...(hasMqtt ? mqttConfigOf(ports) : []),
    'log.console = true',
    'log.file = false',
    // A disk that is nearly full is an alarm that no test has asked for.
    'disk_free_limit.absolute = 1MB',
    ...(consumerTimeout === undefined ? [] : [`consumer_timeout = ${consumerTimeout}`]),
    ...config
  ]
}

const mqttConfigOf = ({ mqtt, webMqtt }: RabbitmqAddress['ports']): string[] => [
  `mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}`,
  'mqtt.allow_anonymous = true',
  'web_mqtt.tcp.ip = 127.0.0.1',
  `web_mqtt.tcp.port = ${webMqtt}`
]

/** The process of a node, through its starts and ends. */
class RunningNode {
  readonly #command: BrokerCommand
  readonly #witness: string
  #process: BrokerProcess | undefined
  #held: Socket | undefined

  constructor(command: BrokerCommand, witness: string) {
    this.#command = command
    this.#witness = witness
  }

  get process(): BrokerProcess {
    if (this.#process === undefined) throw new Error('the node does not run')
    return this.#process
  }

  async start(): Promise<void> {
    this.#process = await startBrokerProcess(this.#command, 'The witness listens.')
    this.#held = await holdWitness(this.#witness)
  }

  async end(how: 'stop' | 'kill'): Promise<void> {
    const running = this.#process
    this.#process = undefined
    // The connection is held until the end: its own end would end Erlang and the port mapper.
    await running?.[how]()
    this.#held?.destroy()
  }
}
