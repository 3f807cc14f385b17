import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ParsedPattern } from '../core/channel-grammar.js'
import type { PatternRules } from '../core/channel-pattern.js'
import type { Clock } from '../core/clock.js'
import type { BrokerConnection, LookLimits, LookWish } from '../core/connection.js'
import type { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { type MessageFilter, MessageSelection } from '../core/message-selection.js'
import { shortRest } from './short-rest.js'

export interface LookOptions extends MessageFilter {
  readonly connection: BrokerConnection
  readonly patterns: readonly ParsedPattern[]
  /** How the protocol's patterns match channels. */
  readonly patternRules: PatternRules
  readonly catalogue: ChannelCatalogue
  readonly clock: Clock
  readonly limits: LookLimits
}

/** Whether the broker can show what it keeps on these patterns. Whoever joins a group wants a share, and no look at all. */
export const canLook = ({ connection, patterns }: Pick<LookOptions, 'connection' | 'patterns'>): boolean =>
  connection.look !== undefined && patterns.every(({ group }) => group === undefined)

/** What a look has shown. */
export interface Look {
  /** How many messages did not match the filter. */
  readonly unmatched: number
  /** Nothing could be looked at of a channel that was named, or of any. */
  readonly failure: TidingsError | undefined
}

/**
 * Takes what a broker lists, and the last messages that it keeps, into the catalogue. With a filter, only messages count: a list says
 * nothing of them.
 * @param also gets the messages, too
 * @throws TidingsError as `BrokerConnection.look` does
 */
export async function takeLook(
  { connection, patterns, patternRules, catalogue, clock, limits, changed, condition, check }: LookOptions,
  also?: LookWish['take']
): Promise<Look> {
  const selection = new MessageSelection({ changed, condition, check }, patternRules)
  const isFiltered = changed === true || condition !== undefined
  const take = (batch: readonly Message[], from = 0): void | Promise<void> => {
    const { wanted, done } = selection.select(batch, from)
    catalogue.observeStored(wanted)
    const taken = also?.(wanted)
    if (done === batch.length) return taken
    return Promise.resolve(taken)
      .then(() => shortRest(clock))
      .then(() => take(batch, done))
  }
  const failure = await connection.look?.({
    ...limits,
    patterns: patterns.map(({ pattern }) => pattern),
    onListed: (channels) => {
      if (!isFiltered) catalogue.list(channels, clock.now())
    },
    take: (batch) => take(batch)
  })
  return { unmatched: selection.unmatched, failure }
}

/**
 * Looks once, until all was looked at or `stop` aborts, and closes the connection.
 * @throws TidingsError as `takeLook`; the error that ended the connection, if it ended by itself
 */
export async function lookAtChannels(options: LookOptions & { readonly stop: AbortSignal }): Promise<Look> {
  const { connection, stop } = options
  let look: Look = { unmatched: 0, failure: undefined }
  const looking = takeLook(options).then((all) => {
    look = all
    return undefined
  })
  // It may fail once nobody waits for it any more: because the connection is closed.
  looking.catch(() => undefined)
  const stopped = new Promise<undefined>((resolve) => {
    if (stop.aborted) resolve(undefined)
    else stop.addEventListener('abort', () => resolve(undefined), { once: true })
  })
  try {
    const failure = await Promise.race([looking, stopped, connection.closed])
    if (failure !== undefined) throw failure
    return look
  } finally {
    await connection.close(0)
  }
}
