import type { StreamOutput } from '../core/browsing-actions.js'
import type { ChannelCatalogue } from '../core/catalogue/channel-catalogue.js'
import type { ParsedPattern } from '../core/channel-grammar.js'
import { coversPattern, type PatternRules } from '../core/channel-pattern.js'
import type { BrokerConnection, BrokerTraits } from '../core/connection.js'
import { TidingsError } from '../core/errors.js'
import { isRetained, type Message, payloadSize } from '../core/message.js'
import { type Tap, wantedBy } from './tap.js'

/** Streams over a connection of its own, until the signal aborts. */
export type Follow = (pattern: string, output: StreamOutput, until: AbortSignal) => Promise<void>

export interface StreamOptions {
  readonly connection: BrokerConnection
  readonly patternRules: PatternRules
  /** What is observed, and where it is kept. */
  readonly patterns: readonly ParsedPattern[]
  readonly catalogue: ChannelCatalogue
  /** What gets the observed messages, too. */
  readonly taps: Set<Tap>
  /** Aborts once nothing is observed any more. */
  readonly observed: AbortSignal
  /** The user has seen enough. */
  readonly until: AbortSignal
  /** Called when there is something to stream: until then the view has the output. */
  readonly openOutput: () => StreamOutput
  /** The messages of the pattern are about to be written. */
  readonly onStreaming: (pattern: string, broker: BrokerTraits) => void
  /** Streams a pattern that is not observed. */
  readonly follow: Follow
}

/**
 * Writes the messages of a pattern while channels are observed. What is observed anyway is not asked for a second time: its retained
 * messages come from the catalogue, the others as they come. A group is no observer of everything, so a pattern of it covers nothing.
 * @throws TidingsError the error of a write; what `follow` rejects with; of kind unfinished if observing ended
 */
export async function streamChannels(pattern: string, options: StreamOptions): Promise<void> {
  const { patterns, patternRules, observed, until, openOutput, onStreaming, connection } = options
  const output = openOutput()
  try {
    const isCovered = patterns.some(
      (outer) => outer.group === undefined && coversPattern(outer.pattern, pattern, patternRules)
    )
    const enough = AbortSignal.any([until, output.readerGone])
    if (!isCovered || observed.aborted) return await options.follow(pattern, output, enough)
    onStreaming(pattern, connection.broker)
    await streamObserved(pattern, output, enough, options)
  } finally {
    output.close()
  }
}

async function streamObserved(
  pattern: string,
  output: StreamOutput,
  enough: AbortSignal,
  { taps, catalogue, patternRules, observed }: StreamOptions
): Promise<void> {
  const isWanted = wantedBy([pattern], patternRules)
  let tap: Tap | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      tap = { isWanted, write: output.write, onFailure: reject }
      taps.add(tap)
      whenAborted(enough, resolve)
      whenAborted(observed, () => reject(ENDED))
      const kept = retainedOf(catalogue, isWanted)
      if (kept.length > 0) Promise.resolve(output.write(kept)).catch(reject)
    })
  } finally {
    if (tap) taps.delete(tap)
  }
}

const ENDED = new TidingsError('unfinished', 'nothing can be streamed any more: the connection has ended', {
  code: 'connection-lost'
})

function whenAborted(signal: AbortSignal, then: () => void): void {
  if (signal.aborted) then()
  else signal.addEventListener('abort', then, { once: true })
}

/** The retained messages that were seen, as far as they were kept as a whole. */
function retainedOf(catalogue: ChannelCatalogue, isWanted: Tap['isWanted']): Message[] {
  const kept: Message[] = []
  for (const entry of catalogue.channels) {
    if (!entry.retained || !isWanted(entry.name)) continue
    const message = entry.history.findLast(isRetained)
    if (message && payloadSize(message) === message.size) kept.push(message)
  }
  return kept
}
