import { Flags } from '@oclif/core'
import type { CapabilityWish } from '../../core/capabilities.js'
import type { SendingOptions } from '../../core/connection.js'
import type { FlagValues } from './flag-values.js'

/** The flags that let a connection create what it publishes to. */
export const creationFlags = {
  create: Flags.boolean({
    summary: 'create the topic where the broker does not know it (Kafka); without it tidings creates nothing'
  }),
  partitions: Flags.integer({
    helpValue: 'N',
    min: 1,
    dependsOn: ['create'],
    summary: 'with --create: how many partitions the topic gets (default: as the broker is configured)'
  })
}

/** The flags that say how a connection sends messages, and which no single message says. */
export const sendingFlags = {
  ...creationFlags,
  compression: Flags.option({ options: ['none', 'gzip', 'zstd'] as const })({
    summary: 'compress messages that are sent together (Kafka; default none)'
  })
}

type SendingFlags = Partial<FlagValues<typeof sendingFlags>>

/** What the flags say to a connection. */
export function sendingOptionsOf({ create, partitions, compression }: SendingFlags): SendingOptions {
  return {
    ...(create && { create: partitions === undefined ? {} : { partitions } }),
    ...(isCompressing(compression) && { compression })
  }
}

/** The capabilities that the flags need. */
export const sendingWishesOf = ({ create, compression }: SendingFlags): CapabilityWish[] => [
  ...(create ? [['--create', 'creating'] as const] : []),
  ...(isCompressing(compression) ? [['--compression', 'compression'] as const] : [])
]

const isCompressing = (given: SendingFlags['compression']) => given !== undefined && given !== 'none'
