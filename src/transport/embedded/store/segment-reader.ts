import { closeSync, openSync, readSync } from 'node:fs'
import { decodeFact } from './fact-codec.js'
import type { Fact, Place } from './facts.js'
import { RECORD_HEADER, recordLength } from './records.js'
import type { SegmentFolder } from './segment-folder.js'

/** Files that are open at once: many a system lets a process have a thousand, sockets among them. */
const OPEN_FILES = 16

/** A record that cannot be read any more. */
export class DamagedRecord extends Error {}

/** Reads single records of segments, and keeps the files open that it opened last. */
export class SegmentReader {
  readonly #folder: SegmentFolder
  readonly #files = new Map<number, number>()

  constructor(folder: SegmentFolder) {
    this.#folder = folder
  }

  /**
   * Reads the fact at a place.
   * @throws DamagedRecord if it is not there any more as it was written, and the system's error where it cannot be read now
   */
  read({ segment, offset, length }: Place): Fact {
    const bytes = Buffer.allocUnsafe(length)
    try {
      const file = this.#open(segment)
      for (let at = 0; at < length; ) {
        const count = readSync(file, bytes, at, length - at, offset + at)
        if (count === 0) throw new DamagedRecord('its segment ends before it')
        at += count
      }
      if (recordLength(bytes, 0, bytes.readUInt32BE(0)) !== length)
        throw new DamagedRecord('its sum is wrong')
      return decodeFact(bytes, RECORD_HEADER, length)
    } catch (error) {
      // The file is gone, or it holds something else.
      if (error instanceof RangeError || isMissing(error)) throw new DamagedRecord(String(error))
      throw error
    }
  }

  /** Nothing is read from this segment any more. */
  forget(segment: number): void {
    const file = this.#files.get(segment)
    if (file !== undefined) closeSync(file)
    this.#files.delete(segment)
  }

  close(): void {
    for (const segment of [...this.#files.keys()]) this.forget(segment)
  }

  #open(segment: number): number {
    let file = this.#files.get(segment)
    if (file === undefined) {
      const [oldest] = this.#files.keys()
      if (oldest !== undefined && this.#files.size >= OPEN_FILES) this.forget(oldest)
      file = openSync(this.#folder.fileOf(segment), 'r')
      this.#files.set(segment, file)
    }
    return file
  }
}

const isMissing = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT'
