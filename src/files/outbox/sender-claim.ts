import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import type { OtherSender, OutboxClaim, StoredBatch } from '../../core/outbox/outbox.js'
import { CLOSED, formatSenderName, formatSent, OPEN, REFUSED, SENT } from '../../core/outbox/outbox-names.js'
import { FileAppender } from '../file-appender.js'
import { syncFolder } from '../sync-folder.js'
import { type OutboxFolder, type SegmentFile, writeFailure } from './outbox-folder.js'
import { isAlive, ownMark } from './process-mark.js'
import { readSegment, readTorn, settledOffset } from './segment-reader.js'

const NEWLINE = 0x0a

/** How far a segment was read and settled, in bytes. */
interface Cursor {
  read: number
  settled: number
  /** Whether everything was read, and nothing more will be appended. */
  exhausted: boolean
  /** The descriptor of the progress file, once it was opened. */
  note: number | undefined
}

/**
 * Takes the right to send, unless another process has it. A process first makes its mark and then looks for other marks: if two
 * processes do so at once, at least the one that looks last sees the other's mark. Marks of dead processes are removed.
 */
export function claimSending(
  folder: OutboxFolder,
  onTorn: (bytes: number) => void
): OutboxClaim | OtherSender {
  const own = formatSenderName(ownMark(), randomBytes(4).toString('hex'))
  fs.closeSync(folder.create(own))
  for (const { file, mark } of folder.senders()) {
    if (file === own) continue
    if (isAlive(mark)) {
      folder.remove(own)
      return { pid: mark.pid }
    }
    folder.remove(file)
  }
  folder.removeLeftovers()
  return new SenderClaim(folder, own, onTorn)
}

class SenderClaim implements OutboxClaim {
  private readonly cursors = new Map<string, Cursor>()
  /** The segments of the last listing, and the index of the segment that is being read. */
  private segments: readonly SegmentFile[] = []
  private current = 0
  private refused: FileAppender | undefined

  constructor(
    private readonly folder: OutboxFolder,
    private readonly mark: string,
    private readonly onTorn: (bytes: number) => void
  ) {}

  next(): StoredBatch | undefined {
    let relisted = false
    for (;;) {
      const segment = this.segments[this.current]
      if (segment === undefined) {
        if (relisted) return undefined
        this.segments = this.folder.segments()
        this.current = 0
        relisted = true
        continue
      }
      const batch = this.read(segment)
      if (batch !== undefined) return batch
      this.current++
    }
  }

  settle({ segment, end }: StoredBatch): void {
    const cursor = this.cursorOf(segment)
    cursor.settled = end
    if (cursor.exhausted && cursor.settled === cursor.read) this.finish(segment, cursor)
    else this.noteSettled(segment, cursor)
  }

  async refuse(lines: Uint8Array): Promise<void> {
    this.refused ??= this.openRefused()
    await this.refused.append(lines)
  }

  async release(): Promise<void> {
    for (const { note } of this.cursors.values()) if (note !== undefined) fs.closeSync(note)
    try {
      await this.refused?.close()
    } finally {
      this.folder.remove(this.mark)
    }
  }

  private read(segment: SegmentFile): StoredBatch | undefined {
    const { base, closed } = segment
    const cursor = this.cursorOf(base)
    if (cursor.exhausted) return undefined
    const whole = readSegment(this.folder, segment, cursor.read)
    if (whole === undefined) return undefined
    // A writer closes a segment only after a whole line. A closed segment with a torn line was damaged since: the line is handed out, so
    // that it is refused and the user sees it.
    const isDamaged = segment.file.endsWith(CLOSED) && whole.rest > 0 && whole.lines.length === 0
    const part = isDamaged ? readTorn(this.folder, segment, whole) : whole
    cursor.read = part.end
    if (closed && (part.rest === 0 || part.lines.length === 0)) {
      cursor.exhausted = true
      if (part.rest > 0) this.onTorn(part.rest)
    }
    if (part.lines.length > 0) return { segment: base, end: part.end, lines: part.lines }
    if (cursor.exhausted && cursor.settled === cursor.read) this.finish(base, cursor)
    return undefined
  }

  private cursorOf(base: string): Cursor {
    const known = this.cursors.get(base)
    if (known !== undefined) return known
    const settled = settledOffset(this.folder, base)
    const cursor = { read: settled, settled, exhausted: false, note: undefined }
    this.cursors.set(base, cursor)
    return cursor
  }

  /** Removes a segment. Its progress file is removed last, so that no message is sent twice if the process is killed in between. */
  private finish(base: string, cursor: Cursor): void {
    this.folder.remove(`${base}${OPEN}`, `${base}${CLOSED}`, `${base}${SENT}`)
    if (cursor.note !== undefined) fs.closeSync(cursor.note)
    cursor.note = undefined
  }

  /**
   * Writes the settled offset to the progress file, without syncing, and ignores failures. Without the offset, messages are sent twice
   * after a crash, but none is lost. An outbox on a full disk can still be sent, and so emptied.
   */
  private noteSettled(base: string, cursor: Cursor): void {
    try {
      const { O_WRONLY, O_CREAT } = fs.constants
      cursor.note ??= fs.openSync(this.folder.path(`${base}${SENT}`), O_WRONLY | O_CREAT, 0o600)
      fs.writeSync(cursor.note, formatSent(cursor.settled), 0)
    } catch {
      return
    }
  }

  private openRefused(): FileAppender {
    const path = this.folder.path(REFUSED)
    try {
      const isNew = !fs.existsSync(path)
      const fd = fs.openSync(path, 'a+', 0o600)
      if (isNew) syncFolder(path)
      const last = Buffer.alloc(1)
      const { size } = fs.fstatSync(fd)
      // A process that was killed while it wrote may have left part of a line. The next line must not continue that part.
      if (size > 0 && fs.readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE)
        fs.writeSync(fd, '\n')
      return new FileAppender(fd, path, 'always', fs.fstatSync(fd).size)
    } catch (error) {
      throw writeFailure(path, error)
    }
  }
}
