/** Identifies a process. A later process with the same number has another mark. */
export interface ProcessMark {
  readonly pid: number
  /** When the process was started, as the system says it: letters, digits, `_` and dots. */
  readonly started: string
}

/** What a segment's file name says. */
export interface SegmentName {
  /** The name without its ending. */
  readonly base: string
  /** When the segment was begun, in microseconds since 1970-01-01 UTC. */
  readonly begun: number
  readonly writer: ProcessMark
  /** Whether the writer has marked the segment as complete. */
  readonly closed: boolean
}

/** The file of envelope lines that were refused, each with the reason. */
export const REFUSED = 'refused.ndjson'

export const OPEN = '.open'
export const CLOSED = '.ndjson'
export const SENT = '.sent'

// Microseconds of sixteen digits sort as text until the year 2286.
const TIME_DIGITS = 16
const LATEST = Number.MAX_SAFE_INTEGER

/** A segment's base name. Base names sort by time, and belong to one process. */
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

/** The segment's base name in the name of a file that holds the progress of sending; `undefined` for any other file. */
export const parseSentName = (file: string): string | undefined => SENT_FILE.exec(file)?.[1]

export const formatSenderName = ({ pid, started }: ProcessMark, random: string) =>
  `sender-${pid}-${started}-${random}`

const SENDER = /^sender-(\d+)-([\w.]+)-[0-9a-f]+$/

/** Reads the name of the file that marks a process as the sender; `undefined` for any other file. */
export function parseSenderName(file: string): ProcessMark | undefined {
  const [, pid, started] = SENDER.exec(file) ?? []
  return started === undefined ? undefined : { pid: Number(pid), started }
}

/** Formats the settled offset in bytes. Its width is fixed, so that it can be rewritten in place. */
export const formatSent = (offset: number) => `${String(offset).padStart(16, '0')}\n`

/** Reads a settled offset in bytes. Any other text counts as 0: then messages are sent twice rather than never. */
export const parseSent = (text: string): number => (/^\d{16}\n$/.test(text) ? Number(text) : 0)
