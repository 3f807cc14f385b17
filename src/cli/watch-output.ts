import type { Concluded } from '../core/concluded.js'
import { isReaderGone } from '../core/reader-gone.js'
import type { Told, WatchOutcome } from '../core/watching/watch-outcome.js'
import { formatIncidents, formatOutcome } from '../ui/incident-json.js'
import { createIncidentLines } from '../ui/incident-lines.js'
import { createTheme } from '../ui/theme.js'
import { watchCases } from '../ui/watch-cases.js'
import { formatWatchTable, watchedLine, watchWarnings } from '../ui/watch-table.js'
import type { CommandContext } from './command-context.js'
import { colourLevelFor } from './flags/color.js'
import type { WatchFlags } from './flags/watch.js'
import { openReport } from './report-file.js'
import { writeLines } from './write-lines.js'

/** So many incidents of a second are told to people one by one. */
const LINES_PER_SECOND = 50

/** Where it is told what a watch finds. */
export interface WatchOutput {
  readonly linesPerSecond: number
  readonly tell: (told: Told) => void | Promise<void>
  /** Aborts when nobody reads the output any more. */
  readonly readerGone: AbortSignal
  /**
   * Waits for the watch, tells what came of it all, and writes the report; of a watch that came to nothing, too, whose report would look well.
   * @throws what the watch fails with; TidingsError of kind output for a report that cannot be written
   */
  conclude(watching: Promise<Concluded<WatchOutcome>>): Promise<void>
  close(): void
}

/**
 * Opens the output, in the form that the flags ask for, and the report if there is to be one.
 * @throws TidingsError as `openReport`
 */
export function watchOutputOf(
  {
    json = false,
    report,
    color,
    recording,
    contract,
    schema
  }: Pick<WatchFlags, 'json' | 'report' | 'color' | 'recording' | 'contract' | 'schema'>,
  { io, say, warn }: CommandContext
): WatchOutput {
  const others = { recording, contract, schema }
  const file = report === undefined ? undefined : openReport(report, 'watch', io.clock, others)
  const gone = new AbortController()
  const close = io.stdout.watchReader?.(() => gone.abort()) ?? (() => undefined)
  const theme = createTheme(colourLevelFor(color, io.stdout, io))
  const format = json ? formatIncidents : createIncidentLines(theme)
  let hasTold = false
  return {
    linesPerSecond: json ? Number.POSITIVE_INFINITY : LINES_PER_SECOND,
    tell: (told) => {
      hasTold = true
      return io.stdout.write(format(told))
    },
    readerGone: gone.signal,
    async conclude(watching) {
      const { failure, ...outcome } = await watching.catch(async (error: unknown) => {
        await file?.write([], error)
        throw error
      })
      const { began, ended } = outcome
      const span = { began, elapsed: ended - began }
      await file?.write(watchCases(outcome), failure, span)
      const table = formatWatchTable(outcome, { theme, columns: io.stdout.columns })
      // A line parts the table from what was told before.
      const lines = json ? formatOutcome(outcome) : [hasTold && table !== '' ? `\n${table}` : table]
      try {
        if (!gone.signal.aborted) await writeLines(io.stdout, lines)
      } catch (error) {
        // Who has read enough does not miss it.
        if (!isReaderGone(error)) throw error
      }
      for (const text of watchWarnings(outcome)) warn(text)
      say(watchedLine(outcome))
      if (failure) throw failure
    },
    close
  }
}
