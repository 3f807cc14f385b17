import type { BrowsingActions, RunningRecording } from '../core/browsing-actions.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { type ObserveOptions, observeChannels } from './observe-channels.js'
import { Recorder, type RecorderOptions } from './recorder.js'
import { historySaver } from './save-history.js'
import { shortRest } from './short-rest.js'
import { type StreamOptions, streamChannels } from './stream-channels.js'
import { type Tap, wantedBy, writeToAll } from './tap.js'

export interface BrowseOptions<Exit>
  extends Pick<
      ObserveOptions,
      | 'connection'
      | 'clock'
      | 'patterns'
      | 'patternRules'
      | 'history'
      | 'look'
      | 'catalogue'
      | 'stop'
      | 'changed'
      | 'condition'
      | 'onNotLookedAt'
    >,
    Pick<RecorderOptions, 'files' | 'tidings'>,
    Pick<StreamOptions, 'openOutput' | 'onStreaming' | 'follow'> {
  /** The broker has granted every pattern. */
  readonly onSubscribed: () => void
  /** The connection is lost for good; what was seen is shown on. */
  readonly onLost: (failure: TidingsError) => void
  /** Shows the catalogue until the user leaves or the signal aborts: stopped from outside, or nothing can be observed. */
  readonly show: (actions: BrowsingActions, signal: AbortSignal) => Promise<Exit>
}

/** After so many messages, keys and the screen have their turn: a few milliseconds of work. */
const TURN = 400

/**
 * Observes channels while `show` shows them. Closes the connection in every case.
 * @throws TidingsError as `subscribe` does; for a connection that is lost for good once the user has left
 */
export async function browseChannels<Exit>(options: BrowseOptions<Exit>): Promise<Exit> {
  const { connection, clock, show, stop } = options
  const left = new AbortController()
  const impossible = new AbortController()
  const observed = new AbortController()
  const taps = new Set<Tap>()
  let failure: unknown
  let isSubscribed = false
  let inTurn = 0
  const rest = (batch: readonly Message[]): Promise<void> | undefined => {
    inTurn += batch.length
    if (inTurn < TURN) return undefined
    inTurn = 0
    return shortRest(clock)
  }
  const observing = observeChannels({
    ...options,
    stop: left.signal,
    onSubscribed: () => {
      isSubscribed = true
      options.onSubscribed()
    },
    also: (batch) => (taps.size === 0 ? rest(batch) : writeToAll(taps, batch).then(() => rest(batch)))
  }).catch((error: unknown) => {
    failure = error
    if (isSubscribed && error instanceof TidingsError) options.onLost(error)
    else impossible.abort()
  })
  const { files, tidings } = options
  void observing.then(() => observed.abort())
  const actions: BrowsingActions = {
    save: historySaver({ files, tidings, broker: connection.broker.url }),
    publish: (batch) => connection.publish(batch),
    stream: (pattern, until) =>
      streamChannels(pattern, { ...options, taps, until, observed: observed.signal }),
    record: (patterns, file, onFailure) => recordFor(taps, { patterns, file, onFailure }, options)
  }
  try {
    return await show(actions, AbortSignal.any([stop, impossible.signal]))
  } finally {
    left.abort()
    await observing
    for (const tap of taps) await tap.close?.()
    if (failure !== undefined) await Promise.reject(failure)
  }
}

async function recordFor<Exit>(
  taps: Set<Tap>,
  wish: { patterns: readonly string[]; file: string; onFailure: ((error: unknown) => void) | undefined },
  options: BrowseOptions<Exit>
): Promise<RunningRecording> {
  const { patterns, file, onFailure } = wish
  const { clock, files, tidings, connection, patternRules } = options
  const place = { files, clock, tidings, broker: connection.broker.url, patterns }
  const recorder = await Recorder.open({ ...place, output: file, mode: 'new', rotate: undefined })
  let failure: { readonly error: unknown } | undefined
  const tap: Tap = {
    isWanted: wantedBy(patterns, patternRules),
    write: (batch) => recorder.write(batch),
    close: () => recorder.close(),
    onFailure: (error) => {
      failure = { error }
      onFailure?.(error)
    }
  }
  taps.add(tap)
  return {
    file,
    count: () => recorder.entries,
    async stop() {
      taps.delete(tap)
      await recorder.close()
      if (failure) throw failure.error
    }
  }
}
