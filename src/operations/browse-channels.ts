import type { BrowsingActions, RunningRecording } from '../core/browsing-actions.js'
import { compilePattern } from '../core/channel-pattern.js'
import { TidingsError } from '../core/errors.js'
import type { Message } from '../core/message.js'
import { type ObserveOptions, observeChannels } from './observe-channels.js'
import { Recorder, type RecorderOptions } from './recorder.js'

export interface BrowseOptions<Exit>
  extends Pick<
      ObserveOptions,
      'connection' | 'clock' | 'patterns' | 'patternRules' | 'history' | 'catalogue' | 'stop'
    >,
    Pick<RecorderOptions, 'files' | 'tidings'> {
  /** The broker has granted every pattern. */
  readonly onSubscribed: () => void
  /** The connection is lost for good; what was seen is shown on. */
  readonly onLost: (failure: TidingsError) => void
  /** Shows the catalogue until the user leaves or the signal aborts: stopped from outside, or nothing can be observed. */
  readonly show: (actions: BrowsingActions, signal: AbortSignal) => Promise<Exit>
}

/** After so many messages, keys and the screen have their turn: a few milliseconds of work. */
const TURN = 400
/** Microseconds: any time, however short, lets the others come first. */
const SHORTEST_REST = 1

/**
 * Observes channels while `show` shows them. Closes the connection in every case.
 * @throws TidingsError as `subscribe` does; for a connection that is lost for good once the user has left
 */
export async function browseChannels<Exit>(options: BrowseOptions<Exit>): Promise<Exit> {
  const { connection, clock, show, stop } = options
  const left = new AbortController()
  const impossible = new AbortController()
  const taps = new Set<Tap>()
  let failure: unknown
  let isSubscribed = false
  let inTurn = 0
  const rest = (batch: readonly Message[]): Promise<void> | undefined => {
    inTurn += batch.length
    if (inTurn < TURN) return undefined
    inTurn = 0
    return clock.sleepUntil(clock.monotonic() + SHORTEST_REST)
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
  const actions: BrowsingActions = {
    publish: (batch) => connection.publish(batch),
    record: (patterns, file, onFailure) => tapInto(taps, { patterns, file, onFailure }, options)
  }
  try {
    return await show(actions, AbortSignal.any([stop, impossible.signal]))
  } finally {
    left.abort()
    await observing
    for (const tap of taps) await tap.recorder.close()
    if (failure !== undefined) await Promise.reject(failure)
  }
}

interface Tap {
  readonly recorder: Recorder
  readonly isWanted: (channel: string) => boolean
  readonly onFailure: ((error: unknown) => void) | undefined
  failure: unknown
}

async function tapInto<Exit>(
  taps: Set<Tap>,
  wish: { patterns: readonly string[]; file: string; onFailure: Tap['onFailure'] },
  options: BrowseOptions<Exit>
): Promise<RunningRecording> {
  const { patterns, file, onFailure } = wish
  const matches = patterns.map((pattern) => compilePattern(pattern, options.patternRules))
  const { clock, files, tidings, connection } = options
  const place = { files, clock, tidings, broker: connection.broker.url, patterns }
  const recorder = await Recorder.open({ ...place, output: file, mode: 'new', rotate: undefined })
  const tap: Tap = {
    recorder,
    isWanted: (channel) => matches.some((match) => match(channel)),
    onFailure,
    failure: undefined
  }
  taps.add(tap)
  return {
    file,
    count: () => recorder.entries,
    async stop() {
      taps.delete(tap)
      await recorder.close()
      if (tap.failure !== undefined) throw tap.failure
    }
  }
}

/** If a recording fails, for example because the disk is full, only this recording ends. Other recordings and the observing go on. */
async function writeToAll(taps: Set<Tap>, batch: readonly Message[]): Promise<void> {
  for (const tap of [...taps]) {
    const wanted = batch.filter(({ channel }) => tap.isWanted(channel))
    try {
      if (wanted.length > 0) await tap.recorder.write(wanted)
    } catch (error) {
      tap.failure = error
      taps.delete(tap)
      tap.onFailure?.(error)
    }
  }
}
