import fs from 'node:fs'
import { fileChunks, inputFailure } from './input.js'
import { isTerminal } from './is-terminal.js'

/** Whether the file is a pipe or a device: it can be read only once, and holds nothing that could be overwritten. */
export function isStream(name: string): boolean {
  if (!fs.existsSync(name)) return false
  const file = fs.statSync(name)
  return file.isFIFO() || file.isCharacterDevice()
}

/**
 * Reads a file, a pipe or a device in chunks. Nothing waits in a thread for what comes through a pipe or from a terminal: such a thread keeps
 * the process from ending, whatever signal comes. Ends early, without an error, once `signal` aborts.
 * @throws TidingsError of kind bad-input if it cannot be opened or read
 */
export async function* readFileChunks(path: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  let fd: number
  try {
    fd = isStream(path) && process.platform === 'linux' ? openNow(path) : await open(path)
  } catch (error) {
    throw inputFailure(path, error)
  }
  const stream = streamOf(fd)
  if (stream !== undefined) return yield* streamChunks(stream, path, signal)
  try {
    yield* fileChunks(fd, path, signal)
  } finally {
    fs.closeSync(fd)
  }
}

/**
 * Opens a pipe without waiting until somebody has opened it for writing. Linux tells such a pipe from one whose writer has left. On other
 * systems it looks empty, so that a thread has to wait there.
 */
const openNow = (path: string): number => fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)

/** `fs.promises` takes 2 ms to load. */
const open = (path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    fs.open(path, 'r', (error, fd) => (error ? reject(error) : resolve(fd)))
  })

/** The stream of a pipe or a terminal, which closes it in the end; `undefined` for other files. */
function streamOf(fd: number): (NodeJS.ReadableStream & { destroy(): void }) | undefined {
  if (fs.fstatSync(fd).isFIFO()) {
    const { Socket } = process.getBuiltinModule('node:net')
    return new Socket({ fd, readable: true, writable: false })
  }
  if (!isTerminal(fd)) return undefined
  const { ReadStream } = process.getBuiltinModule('node:tty')
  return new ReadStream(fd)
}

/**
 * Yields what a stream gives. Ends early, without an error, once `signal` aborts.
 * @throws TidingsError of kind bad-input if it cannot be read
 */
export async function* streamChunks(
  stream: NodeJS.ReadableStream & { destroy(): void },
  name: string,
  signal?: AbortSignal
): AsyncGenerator<Uint8Array> {
  const stop = () => stream.destroy()
  if (signal?.aborted) return stop()
  signal?.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of stream) yield chunk as unknown as Uint8Array
  } catch (error) {
    if (!signal?.aborted) throw inputFailure(name, error)
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
