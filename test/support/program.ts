import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'

export const PROGRAM = fileURLToPath(new URL('../../bin/run.js', import.meta.url))

/** Makes a folder for the program's files, so that no test touches the user's broker, the user's cache or another test. */
export function makeHome(): { path: string; env: Record<string, string>; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'tidings-test-'))
  const kept = ['PATH', 'LANG', 'NODE_V8_COVERAGE'].flatMap((name) => {
    const value = process.env[name]
    return value === undefined ? [] : [[name, value] as const]
  })
  const env = {
    ...Object.fromEntries(kept),
    HOME: path,
    XDG_CACHE_HOME: join(tmpdir(), 'tidings-test-cache'),
    TIDINGS_HOME: path
  }
  return { path, env, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** The built program, running. */
export class RunningProgram {
  readonly child: ChildProcessByStdio<Writable, Readable, Readable>
  stdout = Buffer.alloc(0)
  stderr = ''
  private changed: (() => void)[] = []
  readonly exited: Promise<{ exitCode: number | null; stdout: string; stderr: string }>

  /**
   * @param through a command that runs what its further arguments say
   * @param program the script to run: another one where it is installed elsewhere
   */
  constructor(
    args: readonly string[],
    env: Record<string, string>,
    cwd = process.cwd(),
    through: readonly string[] = [],
    program = PROGRAM
  ) {
    const [command = process.execPath, ...more] = [...through, process.execPath, program, ...args]
    this.child = spawn(command, more, { env, cwd, stdio: ['pipe', 'pipe', 'pipe'] })
    this.child.stdin.on('error', () => undefined)
    this.child.stdout.on('data', (chunk: Buffer) => {
      this.stdout = Buffer.concat([this.stdout, chunk])
      this.wake()
    })
    this.child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString()
      this.wake()
    })
    this.exited = once(this.child, 'close').then(([exitCode]) => {
      this.wake()
      return { exitCode: exitCode as number | null, stdout: this.stdout.toString(), stderr: this.stderr }
    })
  }

  /** Resolves once stderr contains the text; rejects if the program ends before. */
  saying(text: string): Promise<void> {
    return this.until(() => this.stderr.includes(text), `say "${text}"`)
  }

  /** Resolves once stdout holds so many lines; rejects if the program ends before. */
  writingLines(count: number): Promise<void> {
    return this.until(() => this.stdout.toString('latin1').split('\n').length > count, `write ${count} lines`)
  }

  private async until(isSo: () => boolean, what: string): Promise<void> {
    while (!isSo()) {
      if (this.child.exitCode !== null || this.child.signalCode !== null) {
        throw new Error(`the program ended with ${this.child.exitCode} and did not ${what}: ${this.stderr}`)
      }
      await new Promise<void>((resolve) => this.changed.push(resolve))
    }
  }

  private wake(): void {
    for (const resolve of this.changed.splice(0)) resolve()
  }
}

/** Runs the built program to its end. */
export async function runProgram(
  args: readonly string[],
  options: {
    env: Record<string, string>
    stdin?: string | Uint8Array
    cwd?: string
    through?: readonly string[]
    program?: string
  }
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const program = new RunningProgram(args, options.env, options.cwd, options.through, options.program)
  program.child.stdin.end(options.stdin ?? '')
  return program.exited
}
