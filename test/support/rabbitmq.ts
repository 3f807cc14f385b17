import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findBroker, freePorts, startBrokerProcess } from './broker-process.js'

const programs = findBroker('rabbitmq-server', 'rabbitmq-server', 'epmd')

/** Whether tests with RabbitMQ are skipped. */
export const isRabbitmqMissing = programs.areLeftOut

export interface Rabbitmq {
  readonly url: string
  readonly webSocket: string
  stop(): Promise<void>
}

/** Starts RabbitMQ with rabbitmq_mqtt and rabbitmq_web_mqtt on free local ports, in a folder of its own. Anyone may connect. */
export async function startRabbitmq(): Promise<Rabbitmq> {
  const [script = '', epmd = ''] = programs.paths()
  // Debian's script in /usr/sbin becomes another user and uses the folders of the service. This script does neither.
  const program = script.replace('/usr/sbin', '/usr/lib/rabbitmq/bin')
  const folder = mkdtempSync('/tmp/tidings-rabbitmq-')
  const path = (name: string) => join(folder, name)
  const [mqtt, webMqtt, distribution, mapper] = await freePorts(4)
  const lines = [
    'listeners.tcp = none',
    `mqtt.listeners.tcp.1 = 127.0.0.1:${mqtt}`,
    'mqtt.allow_anonymous = true',
    'web_mqtt.tcp.ip = 127.0.0.1',
    `web_mqtt.tcp.port = ${webMqtt}`,
    'log.console = true',
    'log.file = false'
  ]
  writeFileSync(path('rabbitmq.conf'), `${lines.join('\n')}\n`)
  writeFileSync(path('plugins'), '[rabbitmq_mqtt,rabbitmq_web_mqtt].\n')
  // Without this one, Erlang starts a port mapper that outlives it, and that other programs use, too.
  const portMapper = await startBrokerProcess(
    { program: epmd, args: ['-debug', '-debug', '-address', '127.0.0.1', '-port', `${mapper}`] },
    'entering the main select() loop'
  )
  const env = {
    HOME: folder,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_EPMD_PORT: `${mapper}`,
    RABBITMQ_NODENAME: 'tidings@localhost',
    RABBITMQ_DIST_PORT: `${distribution}`,
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1} +S 2:2',
    RABBITMQ_CONF_ENV_FILE: path('none'),
    RABBITMQ_CONFIG_FILE: path('rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: path('advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: path('plugins'),
    RABBITMQ_MNESIA_BASE: path('mnesia'),
    RABBITMQ_LOG_BASE: path('log'),
    RABBITMQ_SCHEMA_DIR: path('schema'),
    RABBITMQ_GENERATED_CONFIG_DIR: path('generated'),
    RABBITMQ_QUORUM_DIR: path('quorum'),
    RABBITMQ_FEATURE_FLAGS_FILE: path('feature-flags'),
    RABBITMQ_PID_FILE: path('pid')
  }
  const broker = await startBrokerProcess({ program, env }, 'Server startup complete')
  return {
    url: `mqtt://127.0.0.1:${mqtt}`,
    webSocket: `ws://127.0.0.1:${webMqtt}/ws`,
    stop: async () => {
      await broker.stop()
      await portMapper.stop()
      rmSync(folder, { recursive: true })
    }
  }
}
