import { openRabbitmqSite, type RabbitmqNode, startNode } from './rabbitmq-node.js'

/** Three nodes of RabbitMQ that are one broker. Each has its own ports. */
export interface RabbitmqCluster {
  readonly nodes: readonly RabbitmqNode[]
  stop(): Promise<void>
}

const NAMES = ['one', 'two', 'three']

/**
 * Starts three nodes, one after the other, and joins them as `rabbitmqctl join_cluster` does. A node that was halted starts again in
 * seconds as long as another one runs; where all were halted, the node that ended last has to be started with the others.
 */
export async function startRabbitmqCluster(): Promise<RabbitmqCluster> {
  const site = await openRabbitmqSite()
  const nodes: RabbitmqNode[] = []
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.halt()))
    await site.remove()
  }
  try {
    for (const name of NAMES) {
      const node = await startNode(site, name, { hasMqtt: false })
      nodes.push(node)
      const [first] = nodes
      if (first !== undefined && first !== node) await join(node, first)
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, stop }
}

const join = (node: RabbitmqNode, first: RabbitmqNode): Promise<unknown> =>
  node.ask(
    `begin ok = rabbit:stop(), ok = rabbit_mnesia:join_cluster('${first.name}', disc), ok = rabbit:start(), ok end`
  )
