/** What a broker counts. */
export interface BrokerCounts {
  readonly clients: number
  /** Messages that clients published since the start. */
  readonly published: number
  readonly retained: number
  readonly sessions: number
  readonly queued: number
  /** Messages that a session's full queue did not take. */
  readonly dropped: number
  /** Stored messages that could not be read any more. */
  readonly unreadable: number
  /** Why nothing can be stored at the moment; null: it can. */
  readonly storeFailure: string | null
  /** What was damaged in the store when the broker started, and what is kept. */
  readonly damage: readonly string[]
}

/** What a running broker says of itself, and `tidings broker status` shows. */
export interface BrokerStatus extends Omit<BrokerCounts, Newer>, Partial<Pick<BrokerCounts, Newer>> {
  /** Absent, as what is told of the store: it is of version 0.1. */
  readonly version?: string
  readonly pid: number
  /** Started by a command that needed it, or by `tidings broker`. */
  readonly mode: 'background' | 'foreground'
  readonly socket: string
  /** URLs of the other places where it listens. */
  readonly listening: readonly string[]
  /** Whether it forgets everything when it ends. */
  readonly memory: boolean
  /** ISO 8601. */
  readonly since: string
}

/** What version 0.1 does not tell. */
type Newer = 'unreadable' | 'storeFailure' | 'damage'
