import { quoteForShell } from '../../core/quote-for-shell.js'
import type { Asker } from './missing-right.js'

/** The command that creates a topic, for who has Kafka's programs. It gets as many partitions as the broker is configured to give. */
export const creationCommand = (topic: string, { broker }: Asker): string =>
  ['kafka-topics.sh', '--bootstrap-server', broker, '--create', '--topic', topic].map(quoteForShell).join(' ')
