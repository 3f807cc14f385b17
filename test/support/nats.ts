import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BrokerProcess, findBroker, freePorts, startBrokerProcess } from './broker-process.js'

const programs = findBroker('nats-server', 'nats-server')

/** Whether tests with NATS are skipped. */
export const isNatsMissing = programs.areLeftOut

function start(config: string): Promise<BrokerProcess> {
  const [program = ''] = programs.paths()
  return startBrokerProcess({ program, args: ['-c', config] }, 'Server is ready')
}

/** Starts one nats-server on a free port, in a folder of its own, with JetStream, which MQTT needs. */
export async function startNats(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync('/tmp/tidings-nats-')
  const [port] = await freePorts(1)
  const config = join(folder, 'nats.conf')
  const lines = [
    'server_name: alone',
    'listen: "127.0.0.1:-1"',
    `jetstream { store_dir: "${folder}/store" }`,
    // By default nats-server sends an unacknowledged message again only after 30 seconds, also to a resumed session.
    `mqtt { listen: "127.0.0.1:${port}", ack_wait: "1s" }`
  ]
  writeFileSync(config, lines.join('\n'))
  const server = await start(config)
  return {
    url: `mqtt://127.0.0.1:${port}`,
    stop: async () => {
      await server.stop()
      rmSync(folder, { recursive: true })
    }
  }
}

export interface NatsNode {
  readonly url: string
  /** Kills the server, which has the effect of a power cut. */
  kill(): Promise<void>
  /** Starts the server again on its port, with everything that it had stored. */
  restart(): Promise<void>
}

/** Three nats-servers that keep everything three times. */
export interface NatsCluster {
  readonly nodes: readonly NatsNode[]
  stop(): Promise<void>
}

const NAMES = ['one', 'two', 'three']

export async function startNatsCluster(): Promise<NatsCluster> {
  const folder = mkdtempSync('/tmp/tidings-nats-')
  const ports = await freePorts(NAMES.length * 2)
  const routes = ports.slice(NAMES.length)
  const processes: BrokerProcess[] = []
  const nodes = NAMES.map((name, index): NatsNode & { start(): Promise<void> } => {
    const config = join(folder, `${name}.conf`)
    const others = routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')
    const lines = [
      `server_name: ${name}`,
      'listen: "127.0.0.1:-1"',
      `jetstream { store_dir: "${folder}/${name}" }`,
      `mqtt { listen: "127.0.0.1:${ports[index]}", stream_replicas: 3, consumer_replicas: 3, ack_wait: "1s" }`,
      `cluster { name: tidings, listen: "127.0.0.1:${routes[index]}", routes: [${others}] }`
    ]
    writeFileSync(config, lines.join('\n'))
    const startNode = async () => {
      processes[index] = await start(config)
    }
    return {
      url: `mqtt://127.0.0.1:${ports[index]}`,
      start: startNode,
      kill: async () => processes[index]?.kill(),
      restart: startNode
    }
  })
  await Promise.all(nodes.map((node) => node.start()))
  // No stream can be made before there is a leader, and only the leader logs this line.
  await Promise.any(processes.map((node) => node.logged('Self is new JetStream cluster metadata leader')))
  return {
    nodes,
    stop: async () => {
      await Promise.all(processes.map((node) => node.stop()))
      rmSync(folder, { recursive: true })
    }
  }
}
