import type { ChannelCatalogue } from '../../core/catalogue/channel-catalogue.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import type { Clock } from '../../core/clock.js'
import type { ConnectionState } from '../../core/connection-state.js'
import type { ProfileColor } from '../../core/profile/profile.js'
import type { BrowserActions } from './browser-actions.js'
import type { Terminal, Unlisten } from './terminal.js'

/** What `runChannelBrowser` is handed. */
export interface BrowserOptions {
  /** Fed by the caller while the browser runs. */
  readonly catalogue: ChannelCatalogue
  /** How the channels are named, and patterns of them spelt. */
  readonly grammar: ChannelGrammar
  /** What is looked at: the broker's URL without credentials, or a file's name. */
  readonly title: string
  /** The colour of the header; otherwise it is that of the terminal. */
  readonly color?: ProfileColor | undefined
  /** How it stands with the connection at the moment. */
  readonly state: () => ConnectionState
  readonly terminal: Terminal
  readonly clock: Clock
  readonly actions: BrowserActions
  /** Aborting it (SIGTERM, SIGINT, SIGHUP, a connection that ended) leaves the browser, the terminal restored. */
  readonly signal: AbortSignal
  /** Registers `restore`, to be called if the process ends before the browser does, such as after an uncaught error. */
  readonly lastResort: (restore: () => void) => Unlisten
  /** Receives a function that shows one line to the user while the browser runs, such as a connection notice. */
  readonly onStart?: (show: (line: string) => void) => void
}
