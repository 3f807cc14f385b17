import fs from 'node:fs'
import { TidingsError } from '../core/errors.js'
import type { TestReport } from '../core/test-report.js'
import { fileOutput, outputFailure, STDOUT } from '../files/output.js'

/** A report for a CI system that is written at the end. */
export interface ReportFile {
  /** @throws TidingsError of kind output if it cannot be written */
  write(report: TestReport): Promise<void>
}

/**
 * Opens the file of a report, which is empty from now on: an old report must not pass for that of a run that was killed. Its owner alone
 * can read a new file.
 * @throws TidingsError of kind usage for stdout, and of kind output for a file that cannot be written
 */
export function openReport(path: string): ReportFile {
  if (path === STDOUT || path === '') {
    throw new TidingsError('usage', `cannot use "--report ${path}": a report is a file of its own`, {
      code: 'no-report-file',
      suggestion: 'name a file: --report junit.xml'
    })
  }
  const name = `"${path}"`
  let fd: number
  try {
    fd = openNow(path)
  } catch (error) {
    throw outputFailure(name, error)
  }
  return {
    async write(report) {
      const { formatJunit } = await import('../ui/junit-report.js')
      const output = fileOutput(fd, name)
      try {
        await output.write(formatJunit(report))
      } finally {
        fs.closeSync(fd)
      }
    }
  }
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
