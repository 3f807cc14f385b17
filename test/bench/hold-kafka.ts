import { writeFileSync } from 'node:fs'
import { startKafkaNode } from '../support/kafka-node.js'
const node = await startKafkaNode(['auto.create.topics.enable=false'])
writeFileSync('/tmp/rm/kport', String(node.address.ports.plain))
process.stdin.resume()
process.on('SIGTERM', async () => { await node.stop(); process.exit(0) })
