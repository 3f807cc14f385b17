import fs from 'node:fs'
import { TidingsError } from '../../core/errors.js'
import type { RecordingHeader } from '../../core/recording/recording-header.js'
import type { RecordingItem } from '../../core/recording/recording-item.js'
import type { RecordingFormat } from '../../core/recording/recording-reader.js'
import { mergeRecordings } from '../../core/replay/replay-merge.js'
import { quoteName } from '../../core/visible-text.js'
import { type Input, inputFailure, STDIN } from '../input.js'
import { findRecordingEnd } from './recording-end.js'
import { isReadOnce, openRecording, readRecordingHeader } from './recording-input.js'

/** The recordings that a user named, merged by time. */
export class RecordingSource {
  /** The earliest start in the headers that were read so far: microseconds since 1970-01-01 UTC. */
  started: number | undefined

  constructor(
    private readonly names: readonly string[],
    private readonly io: { readonly stdin: Input; readonly stop: AbortSignal },
    private readonly reading: {
      readonly format?: RecordingFormat | undefined
      readonly onUnknown?: (names: readonly string[]) => void
    }
  ) {}

  get rereadable(): boolean {
    return !this.names.some(isReadOnce)
  }

  /** Throws a `TidingsError`, before anything is sent, if a file cannot be read, or stdin or a pipe would have to be read twice. */
  check(rounds = 1): void {
    const once = this.names.filter(isReadOnce)
    const twice = once.find((name, at) => once.indexOf(name) < at)
    const name = twice ?? (rounds > 1 ? once[0] : undefined)
    if (name !== undefined) {
      throw new TidingsError(
        'usage',
        `cannot replay ${name === STDIN ? 'stdin' : quoteName(name)} ${twice === undefined ? 'in a "--loop"' : 'twice'}: it can be read only once`,
        {
          code: 'repeated-stream',
          suggestion: 'write it to a file first'
        }
      )
    }
    for (const name of this.names) {
      if (name === STDIN) continue
      try {
        fs.accessSync(name, fs.constants.R_OK)
      } catch (error) {
        throw inputFailure(name, error)
      }
    }
  }

  /** The header of the first recording that has one. What can be read only once is left out. */
  async readHeader(): Promise<RecordingHeader | undefined> {
    for (const name of this.names) {
      const header = await readRecordingHeader(name, this.io)
      if (header !== undefined) return header
    }
    return undefined
  }

  /** @param most the greatest number of messages that a batch of one recording has */
  open(most: number): AsyncIterable<readonly RecordingItem[]> {
    return mergeRecordings(
      this.names.map((name) =>
        openRecording(name, this.io, {
          ...this.reading,
          most,
          signal: this.io.stop,
          onHeader: ({ started }) => {
            this.started = Math.min(this.started ?? started, started)
          }
        })
      )
    )
  }

  /** The position of the last message, in microseconds since 1970-01-01 UTC; `undefined` if the ends of the files do not tell. */
  async findEnd(): Promise<number | undefined> {
    if (!this.rereadable) return undefined
    const ends = await Promise.all(this.names.map(findRecordingEnd))
    return ends.some((end) => end === undefined) ? undefined : Math.max(...ends.map(Number))
  }
}
