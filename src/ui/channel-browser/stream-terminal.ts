import type { ReadStream, WriteStream } from 'node:tty'
import type { Terminal } from './terminal.js'

/** A stream of keys, and what closes it. */
export interface KeyStream {
  readonly stream: ReadStream
  readonly close: () => void
}

/**
 * The terminal that keys come from and that `output` leads to.
 * @param openKeys called each time the browser begins to read keys
 */
export function openStreamTerminal(
  openKeys: () => KeyStream,
  output: WriteStream,
  colorLevel: number
): Terminal {
  let isGone = false
  let input: ReadStream | undefined
  const listeners = new Set<() => void>()
  const tellGone = () => {
    for (const listener of listeners) listener()
  }
  output.on('error', () => {
    isGone = true
    tellGone()
  })
  return {
    colorLevel,
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    write: (text) => (isGone ? true : output.write(text)),
    ready: () => isGone || !output.writableNeedDrain,
    setRaw(on) {
      if (!isGone && input && !input.destroyed) input.setRawMode(on)
    },
    onInput(listener) {
      const { stream, close } = openKeys()
      input = stream
      stream.on('data', listener)
      stream.on('end', tellGone)
      stream.on('error', tellGone)
      stream.resume()
      return () => {
        stream.off('data', listener)
        stream.off('end', tellGone)
        // An error that comes later is of no interest, and must not end the process.
        stream.on('error', () => undefined)
        stream.off('error', tellGone)
        input = undefined
        close()
      }
    },
    onResize(listener) {
      output.on('resize', listener)
      return () => output.off('resize', listener)
    },
    onGone(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    }
  }
}
