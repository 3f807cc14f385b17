import { readBytes } from '../bounded-file.js'
import { isStream } from '../file-chunks.js'

/**
 * Reads a document. At most some bytes more than `most` are read: the caller refuses them.
 * @throws TidingsError of kind bad-input if it cannot be read, and of kind interrupted if a signal ends the wait for a pipe
 */
export type DocumentBytes = (name: string, most: number) => Promise<Uint8Array>

/** Reads documents for a command that may need one twice: what a pipe gives is kept, because a pipe gives it once. */
export function documentBytes(stop: AbortSignal): DocumentBytes {
  const kept = new Map<string, Promise<Uint8Array>>()
  return (name, most) => {
    const reading = kept.get(name) ?? readBytes(name, most, stop)
    if (isStream(name)) kept.set(name, reading)
    return reading
  }
}
