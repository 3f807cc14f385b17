import { openRabbitmqSite, type RabbitmqNode, type RabbitmqOptions, startNode } from './rabbitmq-node.js'

export { isRabbitmqMissing } from './rabbitmq-node.js'

/** Starts a RabbitMQ that the caller alone uses, and stops. It takes seconds; `useRabbitmq` shares one. */
export async function startRabbitmq(
  options: RabbitmqOptions = {}
): Promise<RabbitmqNode & { stop(): Promise<void> }> {
  const site = await openRabbitmqSite()
  try {
    const node = await startNode(site, 'alone', options)
    return Object.assign(node, {
      stop: async () => {
        await node.halt()
        await site.remove()
      }
    })
  } catch (error) {
    await site.remove()
    throw error
  }
}
