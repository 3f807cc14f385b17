import { Flags } from '@oclif/core'
import { checkChannelPattern } from '../../core/channel-pattern.js'
import type { ConnectionOptions, Subscription } from '../../core/connection.js'
import { TidingsError } from '../../core/errors.js'
import type { Qos } from '../../core/message.js'
import { qosFlag } from './values.js'

const helpGroup = 'SUBSCRIPTION'

/** The flags that say what a subscriber wants to be sent. */
export const subscriptionFlags = {
  qos: qosFlag({ char: 'q', helpGroup, summary: 'highest QoS wanted (default 1)' }),
  retained: Flags.option({
    options: ['include', 'skip', 'only'] as const,
    default: 'include' as const,
    helpGroup
  })({
    summary: 'what to do with retained messages'
  }),
  exclude: Flags.string({
    char: 'x',
    helpGroup,
    helpValue: 'PATTERN',
    multiple: true,
    multipleNonGreedy: true,
    summary: 'leave out channels that match; may be repeated'
  }),
  session: Flags.string({
    helpGroup,
    helpValue: 'NAME',
    summary: 'a durable session: the broker keeps what comes while this subscriber is away'
  }),
  group: Flags.string({
    char: 'g',
    helpGroup,
    helpValue: 'NAME',
    summary: 'share the messages among all subscribers of this group, if the broker can'
  }),
  'no-local': Flags.boolean({
    helpGroup,
    summary: 'leave out what this connection itself published (MQTT 5)'
  })
}

/** What a subscriber wants to be sent, and as whom. */
export interface SubscriberWish {
  /** As the user wrote them. */
  readonly patterns: readonly string[]
  readonly subscriptions: readonly Subscription[]
  readonly exclude: readonly string[]
  readonly retained: 'include' | 'skip' | 'only'
  /** The messages are shared with others. */
  readonly isGroup: boolean
  /** What a durable session takes of the connection. */
  readonly session: Pick<ConnectionOptions, 'durable' | 'clientId'>
}

interface SubscriptionFlags {
  readonly qos?: Qos | undefined
  readonly retained: 'include' | 'skip' | 'only'
  readonly exclude?: string[] | undefined
  readonly session?: string | undefined
  readonly 'client-id'?: string | undefined
  readonly group?: string | undefined
  readonly 'no-local': boolean
}

/** Checks patterns and turns them and the flags into what is wanted; a bad one is a usage error. */
export function subscriberWishOf(patterns: readonly string[], flags: SubscriptionFlags): SubscriberWish {
  const { group, session, retained } = flags
  if (session === '') {
    throw new TidingsError('usage', 'cannot use the session "": its name is empty', {
      code: 'bad-session',
      suggestion: 'name it: --session billing'
    })
  }
  if (group !== undefined && (group === '' || /[/+#\0]/.test(group))) {
    throw new TidingsError(
      'usage',
      `cannot use the group "${group}": its name may not be empty or contain / + #`,
      {
        code: 'bad-group',
        suggestion: 'use a plain name: --group workers'
      }
    )
  }
  // A pattern that is named twice is no error; in one SUBSCRIBE some brokers take it for one.
  const subscriptions = [...new Set(patterns)].map((text) => {
    const pattern = checkChannelPattern(text)
    return {
      pattern: group === undefined ? pattern : `$share/${group}/${pattern}`,
      qos: flags.qos ?? 1,
      ...(flags['no-local'] && { noLocal: true }),
      ...(retained === 'skip' && { retainHandling: 2 as const })
    }
  })
  return {
    patterns,
    subscriptions,
    exclude: flags.exclude?.map((text) => checkChannelPattern(text)) ?? [],
    retained,
    isGroup: group !== undefined,
    session:
      session === undefined ? {} : { durable: true, clientId: flags['client-id'] ?? `tidings-${session}` }
  }
}
