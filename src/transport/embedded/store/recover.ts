import { decodeFact, isInCheckpoint } from './fact-codec.js'
import type { Fact, Place } from './facts.js'
import type { JournalPosition } from './journal.js'
import { markOf, nextRecord, RECORD_HEADER, recordLength, SEGMENT_HEADER } from './records.js'
import type { JournalEnd, SegmentFolder } from './segment-folder.js'

/** What of a journal could not be read. */
export interface Damage {
  /** For people: what is damaged and where. */
  readonly what: string
  /** Messages that may be among it; undefined: unknown. */
  readonly messages?: number
}

export interface Recovered {
  readonly position: JournalPosition
  readonly damage: readonly Damage[]
}

interface Segment {
  readonly number: number
  readonly bytes: Buffer
  readonly mark: number
  /** The checkpoint's length with the segment's header, where it is whole; 0 otherwise. */
  readonly checkpoint: number
}

/**
 * Reads a journal from its newest whole checkpoint on and hands each fact to `take`, in order. Damaged bytes cost the records that
 * they are in and no more: reading goes on with the next whole record. What was being written when the process died is no damage,
 * because nobody was told that it is stored.
 */
export function recover(folder: SegmentFolder, take: (fact: Fact, place: Place) => void): Recovered {
  const numbers = folder.segments()
  const end = folder.end()
  const damage: Damage[] = []
  const last = numbers.at(-1)
  const newest = Math.max(last ?? 0, end?.segment ?? 0)
  const fresh = { segment: newest, length: 0, mark: 0, checkpointLength: 0 }
  if (last === undefined) {
    if (end !== undefined) damage.push({ what: `all of it is missing from "${folder.path}"` })
    return { position: fresh, damage }
  }
  if (isUnborn(folder, numbers)) return { position: fresh, damage }
  if (end === undefined) damage.push({ what: `"${folder.endFile}" is damaged or missing` })
  const segments = readSegments(folder, numbers, damage)
  let seq = 0
  for (const [index, segment] of segments.entries()) {
    const before = numbers[numbers.indexOf(segment.number) - 1]
    if (index > 0 && before !== segment.number - 1) damage.push(missing(folder, segment.number - 1))
    const isLast = index === segments.length - 1
    seq = takeSegment(segment, { isFirst: index === 0, isLast }, seq, take, damage, folder)
  }
  const written = segments.find(({ number }) => number === end?.segment)
  if (end !== undefined && !isFollowed(end, segments, numbers) && endsBefore(end, written)) {
    const file = folder.fileOf(end.segment)
    const what = numbers.includes(end.segment) ? `"${file}" ends too early` : `"${file}" is missing`
    damage.push({ what, ...(end.seq > seq ? { messages: end.seq - seq } : undefined) })
  }
  const newestSegment = segments.at(-1)
  if (damage.length > 0 || !newestSegment?.checkpoint || newestSegment.number !== newest)
    return { position: fresh, damage }
  const { number, mark, checkpoint } = newestSegment
  return {
    position: { segment: number, length: wholeLength(newestSegment), mark, checkpointLength: checkpoint },
    damage
  }
}

const endsBefore = ({ length }: JournalEnd, segment: Segment | undefined) =>
  segment === undefined || wholeLength(segment) < length

/** The process died when it had begun the segment behind the one that the end speaks of, and before the end could speak of it. */
function isFollowed(end: JournalEnd, segments: readonly Segment[], numbers: readonly number[]): boolean {
  const [first] = segments
  const isNext = first?.number === end.segment + 1 && first.checkpoint > 0
  return isNext && numbers.includes(end.segment)
}

/** The process died while it made the first segment. Nobody was told that anything is stored. */
function isUnborn(folder: SegmentFolder, numbers: readonly number[]): boolean {
  const [first] = numbers
  if (first !== 1 || numbers.length > 1 || folder.hasEnd) return false
  const bytes = folder.read(first)
  const mark = markOf(bytes)?.mark ?? 0
  for (let at = SEGMENT_HEADER; at < bytes.length; ) {
    const length = recordLength(bytes, at, mark)
    if (length > 0 && !isInCheckpoint(bytes, at + RECORD_HEADER)) return false
    at = length > 0 ? at + length : nextRecord(bytes, at + 1, mark)
  }
  return true
}

/** From the newest segment with a whole checkpoint on; all where there is none. Newer ones that hold nothing whole are left out. */
function readSegments(folder: SegmentFolder, numbers: readonly number[], damage: Damage[]): Segment[] {
  const segments: Segment[] = []
  for (const number of numbers.toReversed()) {
    const bytes = folder.read(number)
    const found = markOf(bytes)
    // A process may have died before it had written the beginning.
    const isBegun = number === numbers.at(-1) && bytes.length < SEGMENT_HEADER
    if (found === undefined ? !isBegun : found.isDamaged)
      damage.push({ what: `"${folder.fileOf(number)}" begins with damage` })
    if (found === undefined) continue
    const { mark } = found
    if (isOther(bytes, mark, number)) {
      damage.push({ what: `"${folder.fileOf(number)}" is the file of another segment` })
      continue
    }
    const checkpoint = checkpointLength(bytes, mark)
    segments.unshift({ number, bytes, mark, checkpoint })
    if (checkpoint > 0) break
  }
  return segments
}

/** @returns the number of the newest message */
function takeSegment(
  { number, bytes, mark, checkpoint }: Segment,
  { isFirst, isLast }: { isFirst: boolean; isLast: boolean },
  seqBefore: number,
  take: (fact: Fact, place: Place) => void,
  damage: Damage[],
  folder: SegmentFolder
): number {
  let seq = seqBefore
  let damagedAt: number | undefined
  for (let at = SEGMENT_HEADER; at < bytes.length; ) {
    const length = recordLength(bytes, at, mark)
    if (length === 0) {
      damagedAt ??= at
      at = nextRecord(bytes, at + 1, mark)
      continue
    }
    const body = at + RECORD_HEADER
    // What a later checkpoint repeats is known from the facts before it.
    const isRepeated = !isFirst && isInCheckpoint(bytes, body)
    const fact = decodeFact(bytes, body, at + length)
    const newSeq = fact.kind === 'message' && !isInCheckpoint(bytes, body) ? fact.seq : undefined
    if (damagedAt !== undefined) {
      const what = `"${folder.fileOf(number)}" is damaged from byte ${damagedAt} to byte ${at}`
      damage.push({ what, ...(newSeq !== undefined && seq > 0 ? { messages: newSeq - seq - 1 } : undefined) })
      damagedAt = undefined
    }
    if (fact.kind === 'checkpoint') seq = Math.max(seq, fact.seq)
    if (newSeq !== undefined) seq = Math.max(seq, newSeq)
    // A message in a checkpoint has moved there. Where it was before may be gone.
    if (!isRepeated || fact.kind === 'message') take(fact, { segment: number, offset: at, length })
    at += length
  }
  if (damagedAt !== undefined && !isLast)
    damage.push({ what: `"${folder.fileOf(number)}" is damaged from byte ${damagedAt} on` })
  if (isFirst && checkpoint === 0) damage.push({ what: `"${folder.fileOf(number)}" has no whole checkpoint` })
  return seq
}

/** Where the last whole record ends. */
function wholeLength({ bytes, mark }: Segment): number {
  let end = Math.min(bytes.length, SEGMENT_HEADER)
  for (let at = end; at < bytes.length; ) {
    const length = recordLength(bytes, at, mark)
    at = length > 0 ? at + length : nextRecord(bytes, at + 1, mark)
    if (length > 0) end = at
  }
  return end
}

/** Whether the segment says that it has another number than its file's name. */
function isOther(bytes: Buffer, mark: number, number: number): boolean {
  const length = recordLength(bytes, SEGMENT_HEADER, mark)
  if (length === 0) return false
  const fact = decodeFact(bytes, SEGMENT_HEADER + RECORD_HEADER, SEGMENT_HEADER + length)
  return fact.kind === 'checkpoint' && fact.segment !== number
}

/** The bytes of the segment up to the end of its checkpoint; 0 if a part of it is missing or damaged. */
function checkpointLength(bytes: Buffer, mark: number): number {
  let facts = 0
  for (let at = SEGMENT_HEADER; ; facts++) {
    const length = recordLength(bytes, at, mark)
    const body = at + RECORD_HEADER
    if (length === 0 || !isInCheckpoint(bytes, body)) return 0
    const fact = decodeFact(bytes, body, at + length)
    if (facts === 0 && fact.kind !== 'checkpoint') return 0
    at += length
    if (fact.kind === 'checkpoint-end') return fact.facts === facts ? at : 0
  }
}

const missing = (folder: SegmentFolder, number: number): Damage => ({
  what: `"${folder.fileOf(number)}" is missing`
})
