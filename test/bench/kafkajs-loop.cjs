// node kafkajs-loop.cjs SERVERS TOPIC: publishes each line of stdin with kafkajs, acks=all, as many with one call as one chunk of stdin holds.
const { Kafka } = require('kafkajs')

/** Calls that are open at the same time. */
const OPEN = 5

async function main([servers, topic]) {
  const producer = new Kafka({ brokers: [servers], logLevel: 1 }).producer()
  await producer.connect()
  const open = new Set()
  const send = async (lines) => {
    if (open.size >= OPEN) await Promise.race(open)
    const sending = producer
      .send({ topic, acks: -1, messages: lines.map((value) => ({ value })) })
      .then(() => open.delete(sending))
    open.add(sending)
  }
  let rest = ''
  for await (const chunk of process.stdin) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()
    if (lines.length > 0) await send(lines)
  }
  if (rest !== '') await send([rest])
  await Promise.all(open)
  await producer.disconnect()
}

void main(process.argv.slice(2))
