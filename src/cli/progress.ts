import type { CommandContext } from './command-context.js'

// Work that is over sooner needs no progress line; five a second are smooth enough to read.
const FIRST_AFTER = 500
const EVERY = 200

/** Shows `text()` as one changing line on stderr while work goes on; does nothing where stderr is no terminal, or is to be quiet. */
export function startProgress(
  { io, isQuiet }: Pick<CommandContext, 'io' | 'isQuiet'>,
  text: () => string
): { stop(): void } {
  if (!io.stderr.isTerminal || isQuiet) return { stop: () => undefined }
  let shown = false
  const show = () => {
    shown = true
    void io.stderr.write(`\r\x1b[K${text().slice(0, io.stderr.columns - 1)}`)
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
      if (shown) void io.stderr.write('\r\x1b[K')
    }
  }
}
