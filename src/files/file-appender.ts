import fs from 'node:fs'
import { promisify } from 'node:util'
import type { RecordingWriter } from '../core/recording/recording-files.js'
import { isTerminal } from './is-terminal.js'
import { outputFailure, takeBack, terminalText } from './output.js'

const fdatasync = promisify(fs.fdatasync)

/** Syncs a file. It is no error that a pipe or `/dev/null` cannot be synced. */
async function syncToDisk(fd: number): Promise<void> {
  try {
    await fdatasync(fd)
  } catch (error) {
    if (!['EINVAL', 'ENOTSUP', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

/** When written bytes are synced, so that they survive a loss of power: after every append, once at the end, or when the system does it. */
export type Syncing = 'always' | 'at-end' | 'never'

/** Writes at the end of an open file. Each append is written as a whole or not at all. */
export class FileAppender implements RecordingWriter {
  readonly #isTerminal: boolean

  constructor(
    private readonly fd: number,
    private readonly name: string,
    private readonly syncing: Syncing,
    public size: number
  ) {
    this.#isTerminal = isTerminal(fd)
  }

  async append(content: Uint8Array): Promise<void> {
    const bytes = this.#isTerminal ? Buffer.from(terminalText(content)) : content
    try {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(this.fd, bytes, at, bytes.length - at)
      if (this.syncing === 'always') await syncToDisk(this.fd)
      this.size += bytes.length
    } catch (error) {
      // The caller does not acknowledge these bytes. If they cannot be taken back, the next `--append` drops the torn line.
      takeBack(this.fd, this.size)
      throw outputFailure(`"${this.name}"`, error)
    }
  }

  /** Takes the last `length` bytes away again. Throws where the file cannot be cut. */
  cut(length: number): void {
    try {
      fs.ftruncateSync(this.fd, this.size - length)
      this.size -= length
    } catch (error) {
      throw outputFailure(`"${this.name}"`, error)
    }
  }

  /** Whether what was written can be taken away again: a pipe has it already. */
  get canCut(): boolean {
    return fs.fstatSync(this.fd).isFile()
  }

  async close(): Promise<void> {
    try {
      if (this.syncing !== 'never') await syncToDisk(this.fd)
    } catch (error) {
      throw outputFailure(`"${this.name}"`, error)
    } finally {
      fs.closeSync(this.fd)
    }
  }
}
