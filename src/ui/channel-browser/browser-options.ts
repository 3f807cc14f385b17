import type { ChannelCatalogue } from '../../core/catalogue/channel-catalogue.js'
import type { ChannelGrammar } from '../../core/channel-grammar.js'
import type { Clock } from '../../core/clock.js'
import type { ConnectionState } from '../../core/connection-state.js'
import type { ProfileColor } from '../../core/profile/profile.js'
import type { BrowserActions } from './browser-actions.js'
import type { Terminal, Unlisten } from './terminal.js'

/** What is listened to, for a user who sees no channel yet. */
export interface WatchedSource {
  readonly patterns: readonly string[]
  /** As whom: the user's name, if one is sent. */
  readonly user?: string | undefined
  /** The client identifier that the broker knows the connection by, once that is known. */
  readonly clientId: () => string
  /** A command that publishes to the broker, to be typed in another terminal. */
  readonly publishLine: string
  /** Whether the broker sends the last message of a channel at once. */
  readonly isRetaining: boolean
  /** Whether the broker keeps messages and lists its channels, so that their last messages are looked at. */
  readonly isListing: boolean
}

/** The job control of the shell that the browser was started from. */
export interface JobControl {
  /** Stops the process and its group, as a shell does with Ctrl-Z. Returns when it continues; at once where nobody could continue it. */
  suspend(): void
  /** Whether the process may use its terminal. */
  isInForeground(): boolean
  /**
   * Calls `stopping` when somebody else stops the process, before it stops, unless that cannot be known; and `continued` when it continues.
   */
  listen(stopping: () => void, continued: () => void): Unlisten
}

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
  /** Absent for a recording. */
  readonly watched?: WatchedSource | undefined
  /** Absent where the system has no job control. */
  readonly jobs?: JobControl | undefined
  /** Aborting it (SIGTERM, SIGINT, SIGHUP, a connection that ended) leaves the browser, the terminal restored. */
  readonly signal: AbortSignal
  /** Registers `restore`, to be called if the process ends before the browser does, such as after an uncaught error. */
  readonly lastResort: (restore: () => void) => Unlisten
  /** Receives a function that shows one line to the user while the browser runs, such as a connection notice. */
  readonly onStart?: (show: (line: string) => void) => void
}
