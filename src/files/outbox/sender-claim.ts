import { randomBytes } from 'node:crypto'
import fs from 'node:fs'
import type { OtherSender, OutboxClaim, StoredBatch } from '../../core/outbox/outbox.js'
import { CLOSED, formatSenderName, formatSent, OPEN, REFUSED, SENT } from '../../core/outbox/outbox-names.js'
import { syncFolder } from '../recording/recording-files.js'
import { PlainWriter } from '../recording/recording-writers.js'
import { type OutboxFolder, type SegmentFile, writeFailure } from './outbox-folder.js'
import { isAlive, ownMark } from './process-mark.js'
import { readSegment, readTorn, settledOffset } from './segment-reader.js'

const NEWLINE = 0x0a

/** How far a segment has come. */
interface Cursor {
  read: number
  settled: number
  /** Everything was read, and nothing more will be appended. */
  exhausted: boolean
  /** Where the settled offset is noted, once it had to be. */
  note: number | undefined
}

/**
 * Takes the right to send, unless another process has it. The mark is set first and then others are looked for: of two
 * processes that do so at once, at least the one that looks last sees the other. Marks of dead processes are removed.
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
  /** The segments as they were last listed, and the one that is being read. */
  private segments: readonly SegmentFile[] = []
  private current = 0
  private refused: PlainWriter | undefined

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
    // Its writer has closed it, and only what was whole: it was damaged since, which is for the user to see.
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

  /** The progress goes last: a process that is killed in between leaves no message to be sent twice. */
  private finish(base: string, cursor: Cursor): void {
    this.folder.remove(`${base}${OPEN}`, `${base}${CLOSED}`, `${base}${SENT}`)
    if (cursor.note !== undefined) fs.closeSync(cursor.note)
    cursor.note = undefined
  }

  /**
   * Not synced, and never a reason to fail: without it messages are sent twice after a crash, but none is lost, and an outbox on
   * a full disk can still be sent and so emptied.
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

  private openRefused(): PlainWriter {
    const path = this.folder.path(REFUSED)
    try {
      const isNew = !fs.existsSync(path)
      const fd = fs.openSync(path, 'a+', 0o600)
      if (isNew) syncFolder(path)
      const last = Buffer.alloc(1)
      const { size } = fs.fstatSync(fd)
      // A process that was killed while it wrote may have left part of a line: it must not swallow the next one.
      if (size > 0 && fs.readSync(fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE)
        fs.writeSync(fd, '\n')
      return new PlainWriter(fd, path, 'always', fs.fstatSync(fd).size)
    } catch (error) {
      throw writeFailure(path, error)
    }
  }
}
