import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** What one run of a command cost. */
export interface Cost {
  readonly exitCode: number
  readonly seconds: number
  /** User and system time of the command and its children, and on Linux of what it has left running. */
  readonly cpuSeconds: number
  readonly peakBytes: number
  readonly stderr: string
}

export interface FakeBroker {
  readonly port: number
  /** How many messages the client that went away last had sent, or acknowledged. */
  nextCount(): Promise<number>
  stop(): void
}

/** Compiles fake-broker.c, which is broker and stop-watch in one, into `folder` and gives the program's path. */
export const compileFakeBroker = (folder: string): string => compileProgram(folder, 'fake-broker')

/**
 * Compiles a C file, named without `.c`, into `folder` and gives the program's path.
 * @param libraries as `-lNAME` names them
 * @param sources the folder of the C file; this one if absent
 */
export function compileProgram(
  folder: string,
  name: string,
  libraries: readonly string[] = [],
  sources = import.meta.dirname
): string {
  const program = join(folder, name)
  const source = join(sources, `${name}.c`)
  const { error, status, stderr } = spawnSync(
    'cc',
    ['-O2', '-o', program, source, ...libraries.map((library) => `-l${library}`)],
    { encoding: 'utf8' }
  )
  if (error)
    throw new Error(
      'a C compiler named "cc" is needed for the fake broker: on Debian, apt-get install gcc libc6-dev'
    )
  if (status !== 0) throw new Error(`cc could not compile ${name}.c:\n${stderr}`)
  return program
}

/** Starts it with the arguments that fake-broker.c describes; it ends with us at the latest. */
export async function startFakeBroker(program: string, args: readonly string[]): Promise<FakeBroker> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  // The iterator keeps lines that come while nobody asks: the count of a client that has gone.
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const nextNumber = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('the fake broker ended')
    return Number(value)
  }
  return { port: await nextNumber(), nextCount: nextNumber, stop: () => child.kill('SIGKILL') }
}

export interface Streams {
  /** File descriptors; nothing to read, nowhere to write otherwise. */
  readonly stdin?: number
  readonly stdout?: number
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a command to its end and measures it. */
export async function measure(
  program: string,
  command: readonly string[],
  streams: Streams = {}
): Promise<Cost> {
  const stdio = [streams.stdin ?? 'ignore', streams.stdout ?? 'ignore', 'pipe', 'pipe'] as const
  const child = spawn(program, ['run', ...command], { stdio: [...stdio], env: streams.env ?? process.env })
  const [stderr, cost, [code, signal]] = await Promise.all([
    textOf(child.stdio[2]),
    textOf(child.stdio[3]),
    once(child, 'exit')
  ])
  if (cost === '') throw new Error(`cannot run "${command[0]}": ${stderr || signal}`)
  return { exitCode: code ?? 1, stderr, ...JSON.parse(cost) }
}

async function textOf(stream: ChildProcess['stdio'][number] | undefined): Promise<string> {
  let text = ''
  if (stream && 'read' in stream) for await (const chunk of stream) text += chunk
  return text
}
