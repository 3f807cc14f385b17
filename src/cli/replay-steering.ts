import type { ReplayProgress } from '../core/replay/replay-outcome.js'
import type { ReplayRequest } from '../core/replay/replay-request.js'
import type { RecordingSource } from '../files/recording/recording-source.js'
import { formatReplayBar, formatReplayLine, type ReplayStanding } from '../ui/replay-progress.js'
import type { CommandContext } from './command-context.js'
import { startProgress } from './progress.js'
import { type Steerable, steerByKey } from './replay-keys.js'
import { listenToContinue, listenToKeys } from './terminal-keys.js'

/** How often a log gets a line, in milliseconds. */
const LINE_EVERY = 10_000

/** What of a request decides how long a round is. */
type SteeredRequest = Pick<ReplayRequest, 'rounds' | 'maxGap'> & {
  readonly selection: Pick<ReplayRequest['selection'], 'to' | 'count'>
}

/** Whether a round ends where the recording does, with its silences as long as they were. */
function isWhole({ maxGap, selection: { to, count = Number.POSITIVE_INFINITY } }: SteeredRequest): boolean {
  return maxGap === Number.POSITIVE_INFINITY && to === undefined && count === Number.POSITIVE_INFINITY
}

/** A replay that is under way. */
export interface SteeredReplay extends Steerable {
  readonly progress: ReplayProgress
  /** The process was stopped, and continues. */
  stoodStill(): void
}

/**
 * Shows the progress of a replay, unless `isQuiet`, and takes keys on a terminal.
 * @param recording what is replayed
 * @param request how
 * @returns stops both
 */
export async function steerReplay(
  context: CommandContext,
  recording: Pick<RecordingSource, 'findEnd' | 'rereadable'>,
  request: SteeredRequest,
  replay: SteeredReplay
): Promise<() => void> {
  const stopShowing = context.isQuiet ? undefined : await showSteered(context, recording, request, replay)
  const continuing = listenToContinue(() => replay.stoodStill())
  return () => {
    continuing.close()
    stopShowing?.()
  }
}

async function showSteered(
  context: CommandContext,
  recording: Pick<RecordingSource, 'findEnd' | 'rereadable'>,
  request: SteeredRequest,
  replay: SteeredReplay
): Promise<() => void> {
  const { io } = context
  const { rounds } = request
  const end = isWhole(request) ? await recording.findEnd() : undefined
  const shown = showReplay(context, () => {
    const { origin, ...standing } = replay.progress
    const total = end === undefined || origin === undefined ? undefined : end - origin
    // Lines in the middle may say more than the ends do.
    return { ...standing, rounds, total: (total ?? 0) < standing.position ? undefined : total }
  })
  // A recording from stdin may itself come from the terminal.
  const hasKeys = io.stderr.isTerminal && io.stdin.isTerminal && recording.rereadable
  const keys = hasKeys ? listenToKeys(({ name }) => steerByKey(replay, name)) : undefined
  return () => {
    keys?.close()
    shown.stop()
  }
}

/** Shows the progress: a changing bar on a terminal, elsewhere a line every ten seconds. */
function showReplay(context: CommandContext, standing: () => Omit<ReplayStanding, 'rate'>): { stop(): void } {
  const { io, say } = context
  let last = { count: 0, time: io.clock.monotonic(), rate: 0 }
  const withRate = (): ReplayStanding => {
    const now = standing()
    const time = io.clock.monotonic()
    if (time - last.time >= 1_000_000) {
      const rate = Math.round(((now.acknowledged - last.count) / (time - last.time)) * 1_000_000)
      last = { count: now.acknowledged, time, rate }
    }
    return { ...now, rate: last.rate }
  }
  if (io.stderr.isTerminal)
    return startProgress(context, () => formatReplayBar(withRate(), io.stderr.columns))
  const timer = setInterval(() => say(formatReplayLine(withRate())), LINE_EVERY)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
