import { parseEnvelope } from '../../src/core/envelope/envelope.js'
import { RunningProgram } from './program.js'

/** A line that a member has written. */
interface Seen {
  readonly member: number
  /** When the member received the message, in microseconds since 1970. */
  readonly time: number
}

/** What the cluster had stored at a moment. */
interface Stored {
  /** In milliseconds since 1970. */
  readonly at: number
  /** By partition. */
  readonly offsets: ReadonlyMap<number, number>
}

/** A member of a group: the program, whose lines are witnessed as they come. */
export interface GroupMemberProcess {
  readonly number: number
  /** Kills it, which has the effect of a power cut. */
  kill(): Promise<void>
  /** Stops it where it is, as a laptop that is closed. */
  suspend(): void
  resume(): void
  /** Ends it as Ctrl-C does. Resolves with its exit code. */
  interrupt(): Promise<number | null>
}

/** Sees what the members of a group write, and which messages they write again. */
export class GroupWitness {
  readonly #first = new Map<string, Seen>()
  readonly #killed = new Map<number, number>()
  readonly #stored: Stored[] = []
  readonly #waiting: { count: number; resolve: () => void }[] = []
  #members = 0
  /** The members that have written something; a test may empty it. */
  readonly writers = new Set<number>()
  /** How many lines were written for a message that had one. */
  twice = 0
  /** Milliseconds between the death of a member and the oldest of its messages that another has written again. */
  oldest = 0
  /** Messages that were written again although the cluster had stored that they were taken. */
  readonly wrong: string[] = []

  /** How many messages have been written. */
  get count(): number {
    return this.#first.size
  }

  /** Resolves once so many messages have been written. */
  async atLeast(count: number): Promise<void> {
    if (this.count >= count) return
    await new Promise<void>((resolve) => this.#waiting.push({ count, resolve }))
  }

  /** What the cluster has stored now; asked for after `at`. */
  note(at: number, offsets: ReadonlyMap<number, number>): void {
    this.#stored.push({ at, offsets })
  }

  start(args: readonly string[], env: Record<string, string>): GroupMemberProcess {
    const member = this.#members++
    const program = new RunningProgram(args, env)
    let rest = ''
    program.child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('latin1')).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#take(member, line)
    })
    return {
      number: member,
      kill: async () => {
        this.#killed.set(member, Date.now())
        program.child.kill('SIGKILL')
        await program.exited
      },
      suspend: () => void program.child.kill('SIGSTOP'),
      resume: () => void program.child.kill('SIGCONT'),
      interrupt: async () => {
        program.child.kill('SIGINT')
        return (await program.exited).exitCode
      }
    }
  }

  #take(member: number, line: string): void {
    const { kafka, time } = parseEnvelope(Buffer.from(line, 'latin1'))
    const [partition, offset] = [kafka?.partition ?? -1, kafka?.offset ?? -1]
    this.writers.add(member)
    const name = `${partition} ${offset}`
    const first = this.#first.get(name)
    const seen = { member, time: time ?? 0 }
    if (first === undefined) {
      this.#first.set(name, seen)
      for (const each of this.#waiting) if (this.count >= each.count) each.resolve()
      return
    }
    this.twice++
    const death = this.#killed.get(first.member)
    if (death !== undefined) this.oldest = Math.max(this.oldest, death - first.time / 1000)
    const isStored = ({ at, offsets }: Stored) =>
      seen.time > at * 1000 && offset < (offsets.get(partition) ?? 0)
    if (this.#stored.some(isStored)) this.wrong.push(name)
  }
}
