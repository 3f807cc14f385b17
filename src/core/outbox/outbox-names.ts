/** A process, told apart from a later one with the same number. */
export interface ProcessMark {
  readonly pid: number
  /** Letters, digits and dots: when it was started, as the system says it. */
  readonly started: string
}

/** A segment by its file name. */
export interface SegmentName {
  /** The name without its ending. */
  readonly base: string
  /** When it was begun: microseconds since 1970-01-01 UTC. */
  readonly begun: number
  readonly writer: ProcessMark
  /** Its writer has said that it is complete. */
  readonly closed: boolean
}

/** Envelope lines that were refused, each with the reason why. */
export const REFUSED = 'refused.ndjson'

export const OPEN = '.open'
export const CLOSED = '.ndjson'
export const SENT = '.sent'

// Sixteen digits of microseconds sort as text until the year 2286.
const TIME_DIGITS = 16
const LATEST = Number.MAX_SAFE_INTEGER

/** A segment's base name: sorted by time, and of one process only. */
export const formatSegmentBase = (time: number, { pid, started }: ProcessMark, random: string) =>
  `${String(Math.min(time, LATEST)).padStart(TIME_DIGITS, '0')}-${pid}-${started}-${random}`

const SEGMENT = /^(\d{16}-(\d+)-([\w.]+)-[0-9a-f]+)(\.open|\.ndjson)$/

/** Reads a segment's file name; `undefined` for any other file. */
export function parseSegmentName(file: string): SegmentName | undefined {
  const [, base, pid, started, ending] = SEGMENT.exec(file) ?? []
  if (base === undefined || started === undefined) return undefined
  return {
    base,
    begun: Number(base.slice(0, TIME_DIGITS)),
    writer: { pid: Number(pid), started },
    closed: ending === CLOSED
  }
}

const SENT_FILE = /^(\d{16}-\d+-[\w.]+-[0-9a-f]+)\.sent$/

/** The base name of the segment that a file with the progress of sending belongs to; `undefined` for any other file. */
export const parseSentName = (file: string): string | undefined => SENT_FILE.exec(file)?.[1]

export const formatSenderName = ({ pid, started }: ProcessMark, random: string) =>
  `sender-${pid}-${started}-${random}`

const SENDER = /^sender-(\d+)-([\w.]+)-[0-9a-f]+$/

/** Reads the file name with which a process says that it is sending; `undefined` for any other file. */
export function parseSenderName(file: string): ProcessMark | undefined {
  const [, pid, started] = SENDER.exec(file) ?? []
  return started === undefined ? undefined : { pid: Number(pid), started }
}

/** The settled offset in bytes, of fixed width so that it can be rewritten in place. */
export const formatSent = (offset: number) => `${String(offset).padStart(16, '0')}\n`

/** Reads a settled offset. What is no such number says 0: messages are then sent twice rather than never. */
export const parseSent = (text: string): number => (/^\d{16}\n$/.test(text) ? Number(text) : 0)
