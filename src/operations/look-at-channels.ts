import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ParsedPattern } from '../core/channel-grammar.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection, LookLimits, LookWish } from '../core/connection.js'

export interface LookOptions {
  readonly connection: BrokerConnection
  readonly patterns: readonly ParsedPattern[]
  readonly catalogue: ChannelCatalogue
  readonly clock: Clock
  readonly limits: LookLimits
}

/** Whether the broker can show what it keeps on these patterns. Whoever joins a group wants a share, and no look at all. */
export const canLook = ({ connection, patterns }: Pick<LookOptions, 'connection' | 'patterns'>): boolean =>
  connection.look !== undefined && patterns.every(({ group }) => group === undefined)

/**
 * Takes what a broker lists, and the last messages that it keeps, into the catalogue.
 * @param also gets the messages, too
 * @throws TidingsError as `BrokerConnection.look` does
 */
export async function takeLook(
  { connection, patterns, catalogue, clock, limits }: LookOptions,
  also?: LookWish['take']
): Promise<void> {
  await connection.look?.({
    ...limits,
    patterns: patterns.map(({ pattern }) => pattern),
    onListed: (channels) => catalogue.list(channels, clock.now()),
    take: (batch) => {
      catalogue.observeStored(batch)
      return also?.(batch)
    }
  })
}

/**
 * Looks once, until all was looked at or `stop` aborts, and closes the connection.
 * @throws TidingsError as `takeLook`; the error that ended the connection, if it ended by itself
 */
export async function lookAtChannels(options: LookOptions & { readonly stop: AbortSignal }): Promise<void> {
  const { connection, stop } = options
  const looking = takeLook(options).then(() => undefined)
  // It may fail once nobody waits for it any more: because the connection is closed.
  looking.catch(() => undefined)
  const stopped = new Promise<undefined>((resolve) => {
    if (stop.aborted) resolve(undefined)
    else stop.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  try {
    const failure = await Promise.race([looking, stopped, connection.closed])
    if (failure !== undefined) throw failure
  } finally {
    await connection.close(0)
  }
}
