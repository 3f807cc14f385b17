import type { CommandContext } from './command-context.js'

// Work that is over sooner needs no progress line; five a second are smooth enough to read.
const FIRST_AFTER = 500
const EVERY = 200

/** Work that is under way. */
export interface Progress {
  /** Removes the line. @returns the milliseconds that the work took */
  stop(): number
}

/**
 * Measures work, and shows `text` as one changing line on stderr while the work goes on. Shows nothing where stderr is no terminal, or
 * where `isQuiet`.
 */
export function startProgress(
  { io, isQuiet }: Pick<CommandContext, 'io' | 'isQuiet'>,
  text: (elapsedMs: number) => string
): Progress {
  const began = io.clock.monotonic()
  const elapsedMs = () => (io.clock.monotonic() - began) / 1000
  if (!io.stderr.isTerminal || isQuiet) return { stop: elapsedMs }
  let shown = false
  /** A terminal that went away is no reason to fail. */
  const draw = async (line: string) => {
    try {
      await io.stderr.write(line)
    } catch {
      return
    }
  }
  const show = () => {
    shown = true
    void draw(`\r\x1b[K${text(elapsedMs()).slice(0, io.stderr.columns - 1)}`)
  }
  let repeat: NodeJS.Timeout | undefined
  const first = setTimeout(() => {
    show()
    repeat = setInterval(show, EVERY)
    repeat.unref()
  }, FIRST_AFTER)
  first.unref()
  return {
    stop() {
      clearTimeout(first)
      clearInterval(repeat)
      if (shown) void draw('\r\x1b[K')
      return elapsedMs()
    }
  }
}
