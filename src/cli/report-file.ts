import fs from 'node:fs'
import type { Clock } from '../core/clock.js'
import { TidingsError } from '../core/errors.js'
import type { TestCase, TestReport } from '../core/test-report.js'
import { fileOutput, outputFailure, STDOUT } from '../files/output.js'
import { type NamedFiles, refuseSameFile } from './distinct-files.js'

/** A report for a CI system that is written at the end. */
export interface ReportFile {
  /**
   * @param failure what the command fails with, if it does: a report without that would look well. One of wrong messages is told by the
   * cases.
   * @param span when what is told has happened; since the report was opened if absent
   * @throws TidingsError of kind output if it cannot be written
   */
  write(
    cases: readonly TestCase[],
    failure: unknown,
    span?: Pick<TestReport, 'began' | 'elapsed'>
  ): Promise<void>
}

/**
 * Opens the file of a report, which is empty from now on: an old report must not pass for that of a run that was killed. Its owner alone
 * can read a new file.
 * @param command the name of the command that is run
 * @param others what else the command reads or writes
 * @throws TidingsError of kind usage for stdout, for one of the others, and for a file that holds no report, and of kind output for a file that cannot be written
 */
export function openReport(path: string, command: string, clock: Clock, others: NamedFiles = {}): ReportFile {
  if (path === STDOUT || path === '') {
    throw new TidingsError('usage', `cannot use "--report ${path}": a report is a file of its own`, {
      code: 'no-report-file',
      suggestion: 'name a file: --report junit.xml'
    })
  }
  refuseSameFile('report', path, others)
  const file = `"${path}"`
  if (holdsOtherThings(path)) {
    throw new TidingsError('usage', `cannot write a report to ${file}: the file holds something else`, {
      code: 'no-report-file',
      suggestion: 'name another file, or remove this one'
    })
  }
  let fd: number
  try {
    fd = openNow(path)
  } catch (error) {
    throw isUnreadPipe(path, error) ? unreadPipe(file, error) : outputFailure(file, error)
  }
  const began = clock.now()
  const start = clock.monotonic()
  return {
    async write(cases, failure, span = { began, elapsed: clock.monotonic() - start }) {
      const { formatJunit } = await import('../ui/junit-report.js')
      const output = fileOutput(fd, file)
      const name = `tidings ${command}`
      try {
        await output.write(formatJunit({ name, cases: [...cases, ...failureCases(name, failure)], ...span }))
      } finally {
        fs.closeSync(fd)
      }
    }
  }
}

/** Of wrong messages each has a case of its own. */
const isToldByCases = (failure: unknown): boolean =>
  failure instanceof TidingsError && failure.kind === 'wrong-messages'

function failureCases(name: string, failure: unknown): TestCase[] {
  if (failure === undefined || isToldByCases(failure)) return []
  const message = failure instanceof Error ? failure.message : String(failure)
  const type = failure instanceof TidingsError ? failure.code : 'bug'
  return [{ name, failures: [{ message, type, details: message }] }]
}

/** Whether there is a file that is no XML: a slip of the keyboard must not empty a contract or a recording. */
function holdsOtherThings(path: string): boolean {
  try {
    if (!fs.statSync(path).isFile()) return false
    const fd = fs.openSync(path, 'r')
    try {
      const start = Buffer.alloc(64)
      const text = start
        .toString('utf8', 0, fs.readSync(fd, start))
        .replace(/^\uFEFF/, '')
        .trim()
      return text !== '' && !text.startsWith('<')
    } finally {
      fs.closeSync(fd)
    }
  } catch {
    // Opening it for the report says what is wrong.
    return false
  }
}

const isUnreadPipe = (path: string, error: unknown): boolean =>
  (error as NodeJS.ErrnoException).code === 'ENXIO' &&
  fs.statSync(path, { throwIfNoEntry: false })?.isFIFO() === true

function unreadPipe(file: string, cause: unknown): TidingsError {
  return new TidingsError('output', `cannot write to ${file}: it is a pipe that nobody reads`, {
    code: 'output-failed',
    suggestion: 'start what reads the pipe, and then this command',
    cause
  })
}

/** To open a pipe that nobody reads would wait for a reader for ever, and no signal could end that. */
function openNow(path: string): number {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NONBLOCK = 0 } = fs.constants
  const fd = fs.openSync(path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK, 0o600)
  if (!fs.fstatSync(fd).isFIFO()) return fd
  try {
    // It has a reader. What writes to it may wait.
    return fs.openSync(path, 'w')
  } finally {
    fs.closeSync(fd)
  }
}
