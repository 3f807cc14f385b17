import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { KafkaAddress } from './kafka-node.js'

/** Changes a byte of the first message with this text, as a failing disk does. The broker does not look at what it hands out. */
export function damageLog({ logs }: KafkaAddress, topic: string, partition: number, text: string): void {
  const file = join(logs, `${topic}-${partition}`, '00000000000000000000.log')
  const bytes = readFileSync(file)
  const at = bytes.indexOf(text)
  if (at < 0) throw new Error(`the log has no ${text}`)
  bytes[at] = (bytes[at] ?? 0) ^ 1
  writeFileSync(file, bytes, { flag: 'r+' })
}
