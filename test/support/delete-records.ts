import { type Api, readTopics, writeTopics } from '../../src/transport/kafka/api/api.js'
import { metadata } from '../../src/transport/kafka/api/metadata.js'
import { parseKafkaUrls } from '../../src/transport/kafka/kafka-url.js'
import { NodeOpener } from '../../src/transport/kafka/node-opener.js'
import { prepareSockets } from '../../src/transport/sockets/prepare-sockets.js'
import { connectionOptions } from './connection-options.js'

interface Request {
  readonly topic: string
  /** The first record that stays. */
  readonly offset: number
}

/** Deletes records, as time does with those that a topic keeps no longer. */
const deleteRecordsApi: Api<Request, number> = {
  name: 'DeleteRecords',
  key: 21,
  minVersion: 0,
  maxVersion: 1,
  write(to, { topic, offset }) {
    writeTopics(to, [{ topic, partitions: [0] }], (partition) => {
      to.fourBytes(partition)
      to.int64(offset)
    })
    to.fourBytes(10_000)
  },
  read(from) {
    from.int32()
    const answers = readTopics(from, () => {
      from.int32()
      from.int64()
      return from.int16()
    })
    return answers[0]?.partitions[0] ?? -1
  }
}

/** Deletes the records of partition 0 before an offset, on a cluster of one broker. */
export async function deleteRecords(url: string, topic: string, offset: number): Promise<void> {
  const options = connectionOptions(url)
  const brokers = parseKafkaUrls(url)
  const opener = new NodeOpener(await prepareSockets(brokers, options, ''), options)
  const [broker] = brokers
  if (broker === undefined) throw new Error('no broker')
  const node = await opener.open(broker, new AbortController().signal)
  await node.request(metadata, { topics: [topic] })
  const error = await node.request(deleteRecordsApi, { topic, offset })
  await node.close()
  if (error !== 0) throw new Error(`the broker answered with error ${error}`)
}
