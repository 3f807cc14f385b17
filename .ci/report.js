// Reads vitest's JSON report; says how long each folder of tests took; fails when a test failed, or when one was skipped: here, every broker is installed.
import { readFileSync } from 'node:fs'
import { dirname, relative } from 'node:path'

const { testResults, numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = JSON.parse(
  readFileSync(process.argv[2], 'utf8')
)
const skipped = testResults.flatMap(({ assertionResults }) =>
  assertionResults
    .filter(({ status }) => !['passed', 'failed'].includes(status))
    .map(({ fullName }) => fullName)
)
const seconds = new Map()
for (const { name, startTime, endTime } of testResults) {
  const folder = dirname(relative('.', name))
  seconds.set(folder, (seconds.get(folder) ?? 0) + (endTime - startTime) / 1000)
}
// Two files run at a time.
for (const [folder, time] of [...seconds].sort((a, b) => b[1] - a[1]))
  console.log(`${time.toFixed(1).padStart(7)} s  ${folder}`)
for (const name of skipped) console.log(`skipped: ${name}`)
// A file that does not even load fails without a test of its own.
const brokenFiles = testResults.filter(
  ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0
)
for (const { name, message } of brokenFiles) console.log(`broken: ${name}\n${message}`)
if (!success || skipped.length > 0) process.exitCode = 1
const failed = numFailedTests + brokenFiles.length
const skips = numPendingTests + numTodoTests
console.log(`${numPassedTests} passed, ${failed} failed${skips > 0 ? `, ${skips} skipped` : ''}`)
