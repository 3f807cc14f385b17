import type { Comparison } from '../core/asyncapi/compare-document.js'
import type { BrowsingActions } from '../core/browsing-actions.js'
import type { Profile, Profiles } from '../core/profile/profile.js'
import type { SpokenProtocol } from '../core/protocol.js'
import type { BrowserOptions } from '../ui/channel-browser/browser-options.js'
import { documentSummary } from '../ui/document-report.js'
import { unansweredWarning } from '../ui/publish-report.js'
import { editInEditor } from './edit-in-editor.js'
import { mayBrowse } from './flags/channels.js'
import { type ColorWish, colourLevelFor } from './flags/color.js'
import { isInForeground } from './foreground.js'
import { growHeapSlowly } from './grow-heap-slowly.js'
import type { Io } from './io.js'
import { jobControl } from './job-control.js'
import { openKeyStream } from './terminal-key-stream.js'
import { type WatchedFrom, watchedSource } from './watched-source.js'

/**
 * Shows the channel browser on the process's terminal. The terminal is restored however the process ends, except after SIGKILL.
 * @param profile the profile of the broker, if it has one: the header shows it, and publishing asks where it is protected
 * @throws TidingsError of kind output if a stream could not be written
 */
export async function browse(
  io: Io,
  options: Pick<BrowserOptions, 'catalogue' | 'grammar' | 'title' | 'state' | 'signal' | 'onStart'> & {
    actions: Partial<BrowsingActions>
    exportCatalogue: (name: string) => Promise<Comparison>
    color: ColorWish
    warn: (text: string) => void
  } & WatchedFrom,
  { rows: [{ capabilities }] }: SpokenProtocol,
  profile?: Profile
): Promise<void> {
  const [{ runChannelBrowser }, { openStreamTerminal }] = await Promise.all([
    import('../ui/channel-browser/run-channel-browser.js'),
    import('../ui/channel-browser/stream-terminal.js')
  ])
  growHeapSlowly()
  const hungUp = new AbortController()
  const onHangUp = () => hungUp.abort()
  process.once('SIGHUP', onHangUp)
  const { color, warn, ...shown } = options
  const { actions, exportCatalogue } = shown
  try {
    const exit = await runChannelBrowser({
      ...shown,
      ...(profile && { title: `${profile.name}  ${shown.title}`, color: profile.settings.color }),
      actions: {
        ...actions,
        exportCatalogue: async (name) => documentSummary(name, await exportCatalogue(name)),
        ...(actions.publish && {
          compose: { capabilities, ...(profile?.settings.protect && { protectedBy: profile.name }) },
          edit: (bytes, signal) => editInEditor(bytes, io.env, signal)
        })
      },
      watched: watchedSource(options, capabilities, profile),
      jobs: jobControl(),
      terminal: openStreamTerminal(openKeyStream, process.stdout, colourLevelFor(color, io.stdout, io)),
      clock: io.clock,
      signal: AbortSignal.any([options.signal, hungUp.signal]),
      lastResort: (restore) => {
        process.once('exit', restore)
        return () => process.off('exit', restore)
      }
    })
    if (exit.unanswered !== undefined) warn(unansweredWarning(exit.unanswered))
    if (exit.kind === 'failed') throw exit.error
  } finally {
    process.off('SIGHUP', onHangUp)
  }
}

/**
 * Asks whose channels are to be shown, where the browser may open. Undefined is the local broker.
 * @param given the flags that stand on the command line
 */
export async function chooseProfile(
  profiles: Profiles,
  given: ReadonlySet<string>,
  io: Io
): Promise<string | undefined> {
  if (!mayBrowse(given) || !canBrowse(io)) return undefined
  const [{ askForChoice }, { profileChoices }] = await Promise.all([
    import('./prompts.js'),
    import('../ui/profile-report.js')
  ])
  return askForChoice('Which broker?', profileChoices(profiles), io.stop)
}

/** Names of terminals that nothing is known of. A system without terminfo (Windows) has no name at all. */
const DUMB = new Set(['dumb', 'unknown', ''])

/** Whether stdin and stdout are a terminal that can be drawn on, with this job in the foreground. */
export function canBrowse(io: Io): boolean {
  return io.stdin.isTerminal && io.stdout.isTerminal && !DUMB.has(io.env.TERM ?? 'xterm') && isInForeground()
}
