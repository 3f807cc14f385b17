import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { NUMBERED, numbersIn, startNumberingBroker } from '../support/numbering-broker.js'
import { makeHome, RunningProgram } from '../support/program.js'

const KILLS = 50

let home: ReturnType<typeof makeHome>
let folder = ''
beforeAll(() => {
  home = makeHome()
  folder = mkdtempSync(join(tmpdir(), 'tidings-crash-'))
})
afterAll(() => {
  home.remove()
  rmSync(folder, { recursive: true, force: true })
})

test.each([
  ['recording.jsonl', KILLS],
  ['recording.jsonl.gz', 5]
])(
  '%s, killed at %d random moments and continued each time, never lacks an acknowledged message',
  async (name, kills) => {
    const path = join(folder, name)
    let killAt = Number.POSITIVE_INFINITY
    let kill: () => void = () => undefined
    const { broker, acknowledged } = await startNumberingBroker((count) => {
      if (count >= killAt) kill()
    })
    let total = 0
    for (let round = 0; round < kills; round++) {
      // Some die with the first message, some with the hundredth.
      killAt = total + 1 + Math.floor(Math.random() ** 2 * 300)
      const recorder = new RunningProgram(
        ['record', NUMBERED, '--output', path, '--append', '--broker', broker.url],
        home.env
      )
      kill = () => {
        killAt = Number.POSITIVE_INFINITY
        recorder.child.kill('SIGKILL')
      }
      const { exitCode, stderr } = await recorder.exited
      expect({ exitCode, stderr }).toMatchObject({ exitCode: null })
      const { numbers, broken } = await numbersIn(path)
      const missing = [...acknowledged].filter((number) => !numbers.has(number))
      expect(missing).toEqual([])
      // At most the one line that the kill has torn.
      expect(broken).toBeLessThanOrEqual(1)
      total = acknowledged.size
    }
    await broker.close()
    expect(total).toBeGreaterThanOrEqual(kills)
  },
  120_000
)
