import type { TidingsError } from '../core/errors.js'
import { type Output, outputFailure, terminalText } from '../files/output.js'
import { watchReader } from './watch-reader.js'

/**
 * An asynchronous output to a terminal, pipe or socket. A slow reader delays neither keep-alive nor signals. The promise of a write is the
 * back-pressure.
 */
export function streamOutput(
  stream: NodeJS.WriteStream & { fd: 1 | 2 },
  name: string,
  colourLevel: 0 | 1 | 2 | 3
): Output {
  let failure: TidingsError | undefined
  // oclif listens for errors of stdout and throws all but EPIPE, where nobody can catch them. The callback of each write reports them
  // instead.
  stream.removeAllListeners('error')
  stream.on('error', (error) => {
    failure ??= outputFailure(name, error)
  })
  const writing = (write: (onTaken: (error: Error | null | undefined) => void) => void) => {
    if (failure) throw failure
    return new Promise<void>((resolve, reject) => {
      write((error) => (error ? reject(failure ?? outputFailure(name, error)) : resolve()))
    })
  }
  return {
    isTerminal: stream.isTTY === true,
    get columns() {
      return stream.columns ?? 80
    },
    colourLevel,
    write: (bytes) => writing((onTaken) => stream.write(stream.isTTY ? terminalText(bytes) : bytes, onTaken)),
    ...(stream.isTTY !== true && {
      writePieces: (pieces) =>
        writing((onTaken) => {
          stream.cork()
          for (const [at, piece] of pieces.entries())
            stream.write(piece, at === pieces.length - 1 ? onTaken : undefined)
          stream.uncork()
        })
    }),
    watchReader: (onGone) => (stream.isTTY ? () => undefined : watchReader(stream.fd, onGone))
  }
}

/** How many colours an output shows, by what terminals and users have agreed on (no-color.org, force-color.org). */
export function colourLevelOf(env: NodeJS.ProcessEnv, isTerminal: boolean): 0 | 1 | 2 | 3 {
  if (env.NO_COLOR) return 0
  const forced = env.FORCE_COLOR
  if (forced !== undefined && forced !== '') {
    if (forced === '0' || forced === 'false') return 0
    return forced === '2' ? 2 : forced === '3' ? 3 : 1
  }
  if (!isTerminal || env.TERM === 'dumb') return 0
  if (env.COLORTERM === 'truecolor' || env.COLORTERM === '24bit') return 3
  return env.TERM?.includes('256color') ? 2 : 1
}
