import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import type { Clock } from '../../core/clock.js'
import { TidingsError } from '../../core/errors.js'
import type {
  OtherSender,
  Outbox,
  OutboxClaim,
  OutboxSegment,
  StoredBatch
} from '../../core/outbox/outbox.js'
import { CLOSED, formatSegmentBase, OPEN, REFUSED, SENT } from '../../core/outbox/outbox-names.js'
import { FileAppender } from '../file-appender.js'
import { readFileChunks } from '../file-chunks.js'
import { syncFolder } from '../sync-folder.js'
import { type OutboxFolder, writeFailure } from './outbox-folder.js'
import { isAlive, ownMark } from './process-mark.js'
import { readSegment, settledOffset } from './segment-reader.js'
import { claimSending } from './sender-claim.js'

/** An outbox in the file system. `onNotice` gets texts that a person should read. */
export class FileOutbox implements Outbox {
  constructor(
    private readonly folder: OutboxFolder,
    private readonly clock: Clock,
    private readonly onNotice: (text: string) => void
  ) {}

  get name(): string {
    return this.folder.name
  }

  begin(): OutboxSegment {
    // Segments are sent in the order of their names. So the new segment must come after the latest one, also if the clock was set back.
    const latest = this.folder.latestBegun()
    const begun = Math.max(this.clock.now(), latest + 1)
    const base = formatSegmentBase(begun, ownMark(), randomBytes(4).toString('hex'))
    return new FileSegment(this.folder, base)
  }

  claim(): OutboxClaim | OtherSender {
    return claimSending(this.folder, (bytes) =>
      this.onNotice(
        `dropped a torn last line of ${bytes} bytes in "${this.name}": its publisher was killed while it wrote it`
      )
    )
  }

  hasWaiting(closed: boolean): boolean {
    return this.folder.segments().some((segment) => {
      if (closed && !segment.closed) return false
      const part = readSegment(this.folder, segment, settledOffset(this.folder, segment.base))
      return part !== undefined && part.lines.length > 0
    })
  }

  tidy(): void {
    for (const segment of this.folder.segments()) {
      if (!segment.closed) continue
      const part = readSegment(this.folder, segment, settledOffset(this.folder, segment.base))
      if (part?.lines.length === 0 && part.rest === 0) this.clearSegment(segment.base)
    }
  }

  /** The waiting messages, in order. Changes nothing. */
  *waiting(): Generator<StoredBatch> {
    for (const segment of this.folder.segments()) {
      let offset = settledOffset(this.folder, segment.base)
      for (;;) {
        const part = readSegment(this.folder, segment, offset)
        if (part === undefined || part.lines.length === 0) break
        offset = part.end
        yield { segment: segment.base, end: part.end, lines: part.lines }
      }
    }
  }

  /** How many refused messages are kept. */
  async countRefused(): Promise<number> {
    if (!fs.existsSync(this.folder.path(REFUSED))) return 0
    let count = 0
    for await (const chunk of readFileChunks(this.folder.path(REFUSED)))
      for (const byte of chunk) if (byte === 0x0a) count++
    return count
  }

  /** The number (pid) of the process that is sending, if there is one. */
  sender(): number | undefined {
    return this.folder.senders().find(({ mark }) => isAlive(mark))?.mark.pid
  }

  /** The number (pid) of a process that is appending messages, if there is one. */
  writer(): number | undefined {
    return this.folder.segments().find(({ closed }) => !closed)?.writer.pid
  }

  /** The segments to which nothing more will be appended. */
  complete(): string[] {
    return this.folder.segments().flatMap(({ base, closed }) => (closed ? [base] : []))
  }

  /** Removes the named segments, which must be complete, and the refused messages. The caller must have the claim. */
  clear(segments: readonly string[]): void {
    for (const base of segments) this.clearSegment(base)
    this.folder.remove(REFUSED)
  }

  private clearSegment(base: string): void {
    this.folder.remove(`${base}${OPEN}`, `${base}${CLOSED}`, `${base}${SENT}`)
  }
}

class FileSegment implements OutboxSegment {
  private readonly fd: number
  private readonly writer: FileAppender

  constructor(
    private readonly folder: OutboxFolder,
    readonly name: string
  ) {
    this.fd = folder.create(`${name}${OPEN}`)
    syncFolder(folder.path(`${name}${OPEN}`))
    this.writer = new FileAppender(this.fd, folder.name, 'always', 0)
  }

  async append(lines: Uint8Array): Promise<void> {
    await this.writer.append(lines)
    // Somebody has removed the folder; or a process in another container sends, cannot see our process, and takes it for dead.
    if (fs.fstatSync(this.fd).nlink === 0) {
      throw new TidingsError(
        'output',
        `cannot write to "${this.folder.name}": another process has removed our file`,
        {
          code: 'outbox-removed',
          suggestion: 'use an outbox on one machine, in one container only'
        }
      )
    }
  }

  async close(): Promise<void> {
    await this.writer.close()
    const open = `${this.name}${OPEN}`
    if (this.writer.size === 0) return this.folder.remove(open)
    try {
      fs.renameSync(this.folder.path(open), this.folder.path(`${this.name}${CLOSED}`))
    } catch (error) {
      throw writeFailure(this.folder.name, error)
    }
  }
}
