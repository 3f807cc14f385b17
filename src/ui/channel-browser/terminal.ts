/** A screen's measure, in character cells. */
export interface Size {
  readonly columns: number
  readonly rows: number
}

/** Removes a listener. */
export type Unlisten = () => void

/** The terminal that the browser draws on. Tests hand in a terminal of their own. */
export interface Terminal {
  /** 0: no colour (NO_COLOR, a dumb terminal); 1 and more: at least the 16 colours. */
  readonly colorLevel: number
  size(): Size
  /** False when the terminal has not yet taken what it was sent before: the browser then skips frames. */
  write(text: string): boolean
  /** Whether the terminal has taken all that was written. */
  ready(): boolean
  /** Raw mode: every key comes at once, unechoed, Ctrl-C included. */
  setRaw(on: boolean): void
  /** Reads keys as long as somebody listens. */
  onInput(listener: (bytes: Uint8Array) => void): Unlisten
  onResize(listener: () => void): Unlisten
  /** The terminal went away: its window was closed, its connection was lost. */
  onGone(listener: () => void): Unlisten
}
