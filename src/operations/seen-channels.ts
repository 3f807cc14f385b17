import { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import { TidingsError } from '../core/errors.js'
import { type ObserveSourceOptions, observeSource } from './observe-source.js'

/** Milliseconds: what is retained comes at once. */
const OBSERVED_FOR = 1000
/** Nobody reads further in a list. */
const MOST_CHANNELS = 1000
const MOST_BYTES = 16 * 1024 * 1024

export interface SeenChannelsOptions extends Pick<ObserveSourceOptions, 'protocol' | 'clock' | 'stop'> {
  readonly options: Parameters<ObserveSourceOptions['protocol']['open']>[0]
}

/**
 * The names of the channels that a broker lists, or that are seen within a second, sorted. There are none where the broker does not let
 * this user subscribe to everything.
 * @throws TidingsError what opening a connection or `subscribe` rejects with, otherwise
 */
export async function seenChannels(options: SeenChannelsOptions): Promise<string[]> {
  const catalogue = new ChannelCatalogue({
    ...options.protocol.grammar,
    maxChannels: MOST_CHANNELS,
    maxBytes: MOST_BYTES,
    historyPerChannel: 1,
    examinedPerSecond: 0
  })
  try {
    await observeSource({
      ...options,
      source: { broker: options.options },
      patterns: [{ pattern: '#' }],
      catalogue,
      timeout: OBSERVED_FOR,
      onSubscribed: () => undefined
    })
  } catch (error) {
    if (!(error instanceof TidingsError && error.code === 'subscribe-refused')) throw error
  }
  return catalogue.channels.map(({ name }) => name).sort()
}
