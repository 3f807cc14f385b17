import type { Io } from '../../src/cli/io.js'
import { systemClock } from '../../src/cli/system-clock.js'
import type { Output } from '../../src/files/output.js'

/** An output that keeps what was written, and lets tests wait for it. */
export class MemoryOutput implements Output {
  readonly isTerminal: boolean
  readonly columns = 80
  readonly colourLevel = 0
  private readonly chunks: Uint8Array[] = []
  private changed: () => void = () => undefined

  constructor(isTerminal = false) {
    this.isTerminal = isTerminal
  }

  write(bytes: Uint8Array | string): void {
    this.chunks.push(typeof bytes === 'string' ? Buffer.from(bytes) : Uint8Array.from(bytes))
    this.changed()
  }

  get bytes(): Buffer {
    return Buffer.concat(this.chunks)
  }

  get text(): string {
    return this.bytes.toString('utf8')
  }

  /** Resolves once the text contains `part`. */
  async contains(part: string): Promise<void> {
    while (!this.text.includes(part)) {
      await new Promise<void>((resolve) => {
        this.changed = resolve
      })
    }
  }
}

/** A world in memory for a command under test. */
export class MemoryIo implements Io {
  readonly stdout = new MemoryOutput()
  readonly stderr: MemoryOutput
  readonly clock = systemClock
  readonly env: Record<string, string | undefined>
  readonly stdin: Io['stdin']
  exitCode = 0
  private readonly controller = new AbortController()

  constructor(
    options: {
      stdin?: AsyncIterable<Uint8Array> | string | Uint8Array
      env?: Record<string, string>
      /** Whether stderr is a terminal. */
      terminal?: boolean
    } = {}
  ) {
    this.stderr = new MemoryOutput(options.terminal)
    this.env = options.env ?? {}
    const { stdin = '' } = options
    this.stdin = {
      isTerminal: options.stdin === undefined,
      chunks: () =>
        typeof stdin === 'string' || stdin instanceof Uint8Array ? once(Buffer.from(stdin)) : stdin
    }
  }

  get stop(): AbortSignal {
    return this.controller.signal
  }

  /** Does what a signal does in the real process. */
  interrupt(signal: 'SIGINT' | 'SIGTERM' = 'SIGINT'): void {
    this.controller.abort(signal)
  }

  setExitCode(code: number): void {
    this.exitCode = code
  }

  started(_unfinished: string): void {}

  finished(): void {}
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  if (bytes.length > 0) yield bytes
}
