import { compilePattern } from '../core/channel-pattern.js'
import type { ConnectionOptions } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { DEFAULT_GUARANTEE } from '../core/message.js'
import type { Protocol } from '../core/protocol.js'
import { type SubscribeOptions, subscribe } from './subscribe.js'

/** Milliseconds: what is retained comes at once. */
const OBSERVED_FOR = 1000
/** Nobody reads further in a list. */
const MOST_CHANNELS = 1000
const EVERYTHING = '#'

export interface SeenChannelsOptions extends Pick<SubscribeOptions, 'clock' | 'stop'> {
  readonly protocol: Pick<Protocol, 'open' | 'grammar'>
  readonly options: ConnectionOptions
}

/**
 * The names of the channels that a broker lists, or that are seen within a second, sorted. There are none where the broker does not let
 * this user subscribe to everything. Queues of others keep their messages.
 * @throws TidingsError what opening a connection or `subscribe` rejects with, otherwise
 */
export async function seenChannels(seen: SeenChannelsOptions): Promise<string[]> {
  const { protocol, options, clock, stop } = seen
  const names = new Set<string>()
  const note = (name: string) => names.size < MOST_CHANNELS && names.add(name)
  const connection = await protocol.open(options)
  try {
    await subscribe({
      connection,
      patternRules: protocol.grammar,
      clock,
      stop,
      timeout: OBSERVED_FOR,
      before: async () => {
        const matches = compilePattern(EVERYTHING, protocol.grammar)
        for (const { name } of (await connection.channels?.()) ?? []) if (matches(name)) note(name)
      },
      subscriptions: [{ pattern: EVERYTHING, guarantee: DEFAULT_GUARANTEE, browse: true }],
      write: (batch) => {
        for (const { channel } of batch) note(channel)
      },
      onSubscribed: () => undefined
    })
  } catch (error) {
    if (!(error instanceof TidingsError && error.code === 'subscribe-refused')) throw error
  }
  return [...names].sort()
}
