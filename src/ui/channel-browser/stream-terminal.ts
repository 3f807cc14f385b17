import type { ReadStream, WriteStream } from 'node:tty'
import type { Terminal } from './terminal.js'

/** The terminal that two streams lead to. */
export function openStreamTerminal(input: ReadStream, output: WriteStream, colorLevel: number): Terminal {
  let isGone = false
  output.on('error', () => {
    isGone = true
  })
  return {
    colorLevel,
    size: () => ({ columns: output.columns || 80, rows: output.rows || 24 }),
    write: (text) => (isGone ? true : output.write(text)),
    ready: () => isGone || !output.writableNeedDrain,
    setRaw(on) {
      if (!isGone && !input.destroyed) input.setRawMode(on)
    },
    onInput(listener) {
      input.on('data', listener)
      input.resume()
      return () => {
        input.off('data', listener)
        input.pause()
      }
    },
    onResize(listener) {
      output.on('resize', listener)
      return () => output.off('resize', listener)
    },
    onGone(listener) {
      input.on('end', listener)
      input.on('error', listener)
      output.on('error', listener)
      return () => {
        input.off('end', listener)
        input.off('error', listener)
        output.off('error', listener)
      }
    }
  }
}
