import type {
  OtherSender,
  Outbox,
  OutboxClaim,
  OutboxSegment,
  StoredBatch
} from '../../src/core/outbox/outbox.js'

interface Stored {
  readonly name: string
  lines: Uint8Array[]
  settled: number
  closed: boolean
}

/** An outbox without a disk. All readable lines of a segment are one batch, and offsets count lines. */
export class MemoryOutbox implements Outbox {
  readonly name = 'box'
  segments: Stored[] = []
  readonly refused: string[] = []
  /** What happened, in order. */
  readonly log: string[] = []
  /** The numbers (pids) of other processes that hold the claim: one for each call of `claim`. */
  busy: number[] = []
  /** Awaited before lines count as stored on disk. */
  disk: () => Promise<void> = async () => undefined
  claimed = 0
  onRelease: () => void = () => undefined

  /** Adds a closed segment with earlier messages. */
  put(name: string, ...lines: string[]): void {
    this.segments.push({ name, lines: lines.map((line) => Buffer.from(line)), settled: 0, closed: true })
  }

  get left(): string[] {
    return this.segments.flatMap(({ lines, settled }) =>
      lines.slice(settled).map((line) => Buffer.from(line).toString())
    )
  }

  begin(): OutboxSegment {
    const stored: Stored = { name: `own${this.segments.length}`, lines: [], settled: 0, closed: false }
    this.segments.push(stored)
    return {
      name: stored.name,
      append: async (bytes) => {
        await this.disk()
        const lines = Buffer.from(bytes).toString().split('\n').slice(0, -1)
        stored.lines.push(...lines.map((line) => Buffer.from(line)))
        this.log.push(`stored ${lines.length}`)
      },
      close: async () => {
        stored.closed = true
      }
    }
  }

  claim(): OutboxClaim | OtherSender {
    this.claimed++
    const pid = this.busy.shift()
    if (pid !== undefined) return { pid }
    const read = new Map(this.segments.map((segment) => [segment, segment.settled]))
    return {
      next: (): StoredBatch | undefined => {
        for (const segment of this.segments) {
          const lines = segment.lines.slice(read.get(segment) ?? 0)
          if (lines.length === 0) continue
          read.set(segment, segment.lines.length)
          return { segment: segment.name, end: segment.lines.length, lines }
        }
        return undefined
      },
      settle: ({ segment, end }) => {
        const stored = this.segments.find(({ name }) => name === segment)
        if (stored) stored.settled = end
        this.log.push('settled')
      },
      refuse: async (lines) => {
        this.refused.push(...Buffer.from(lines).toString().split('\n').slice(0, -1))
      },
      release: async () => {
        this.log.push('released')
        this.onRelease()
      }
    }
  }

  tidy(): void {
    this.segments = this.segments.filter(({ closed, settled, lines }) => !closed || settled < lines.length)
  }

  hasWaiting(closed: boolean): boolean {
    return this.segments.some(
      (segment) => (segment.closed || !closed) && segment.settled < segment.lines.length
    )
  }
}
