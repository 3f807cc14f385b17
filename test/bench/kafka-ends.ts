import { LATEST, listOffsets } from '../../src/transport/kafka/api/list-offsets.js'
import { ERROR, isPassing } from '../../src/transport/kafka/error-codes.js'
import { parseKafkaUrls } from '../../src/transport/kafka/kafka-url.js'
import { NodeOpener } from '../../src/transport/kafka/node-opener.js'
import { prepareSockets } from '../../src/transport/sockets/prepare-sockets.js'
import { connectionOptions } from '../support/connection-options.js'

/**
 * How many messages have ever been written to topics, as the only broker of a cluster says. One question for all of them: other clients ask for
 * each, and ten thousand topics are measured. Undefined while the broker does not lead each partition: it does a moment after it has created a topic.
 */
export async function countWritten(
  servers: string,
  topics: readonly { readonly topic: string; readonly partitions: number }[]
): Promise<number | undefined> {
  const url = `kafka://${servers}`
  const options = connectionOptions(url)
  const brokers = parseKafkaUrls(url)
  const [broker] = brokers
  if (broker === undefined) throw new Error('no broker')
  const opener = new NodeOpener(await prepareSockets(brokers, options, ''), options)
  const node = await opener.open(broker, new AbortController().signal)
  try {
    const answers = await node.request(
      listOffsets,
      topics.map(({ topic, partitions }) => ({
        topic,
        partitions: Array.from({ length: partitions }, (_, partition) => ({ partition, timestamp: LATEST }))
      }))
    )
    let sum = 0
    for (const { topic, partitions } of answers)
      for (const { error, offset } of partitions) {
        if (isPassing(error) || error === ERROR.unknownTopicOrPartition) return undefined
        if (error !== 0) throw new Error(`the broker answered for "${topic}" with error ${error}`)
        sum += offset
      }
    return sum
  } finally {
    await node.close()
  }
}
