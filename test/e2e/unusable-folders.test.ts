import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { makeHome, runProgram } from '../support/program.js'

const home = makeHome()
afterAll(() => home.remove())

const file = join(home.path, 'file')
const gone = join(home.path, 'gone')
/** Runs a program in a working directory that was removed. */
const nowhere = ['sh', '-c', `mkdir ${gone}; cd ${gone}; rmdir ${gone}; exec "$@"`, 'sh']
const publish = ['publish', 'a', 'b', '-b', 'mqtt://127.0.0.1:1']

describe.skipIf(process.platform !== 'linux')('a folder that cannot be made', () => {
  it('is no outbox in a working directory that was removed', async () => {
    const outcome = await runProgram([...publish, '--outbox', './o'], { env: home.env, through: nowhere })
    expect(outcome).toMatchObject({
      exitCode: 9,
      stderr: expect.stringContaining('cannot write to "./o": no such directory')
    })
  })

  it('is no outbox below /proc', async () => {
    const outcome = await runProgram([...publish, '--outbox', '/proc/x'], { env: home.env })
    expect(outcome).toMatchObject({ exitCode: 9, stderr: expect.stringContaining('"/proc/x"') })
  })

  it('makes no program wait that would keep compiled code there', async () => {
    const env = { ...home.env, XDG_CACHE_HOME: '/proc/x' }
    expect(await runProgram(['broker', 'stop'], { env })).toMatchObject({ exitCode: 0 })
  })

  it.each([
    ['below /proc', { TIDINGS_HOME: '/proc/x' }, '/proc/x'],
    ['below a device that is called home', { HOME: '/dev/null' }, '/dev/null/.local/state/tidings'],
    ['below a file that is called home', { HOME: file }, join(file, '.local/state/tidings')]
  ])('keeps no local broker %s, and one error says so', async (_where, changed, folder) => {
    writeFileSync(file, '')
    const { TIDINGS_HOME: _, ...env } = home.env
    const { exitCode, stderr } = await runProgram(['publish', 'a', 'b'], { env: { ...env, ...changed } })
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringMatching(/^Error: .*\n {2}Try: name another folder in TIDINGS_HOME.*\n$/)
    })
    expect(stderr).toContain(`cannot keep the local broker in "${folder}"`)
  })
})

describe('a relative TIDINGS_HOME', () => {
  it('is a folder of the working directory, also for the broker in the background', async () => {
    const cwd = join(home.path, 'work')
    mkdirSync(cwd)
    const env = { ...home.env, TIDINGS_HOME: 'rel' }
    try {
      expect(await runProgram(['publish', 'a', 'b'], { env, cwd })).toMatchObject({ exitCode: 0 })
    } finally {
      const { stderr } = await runProgram(['broker', 'stop'], {
        env: { ...env, TIDINGS_HOME: join(cwd, 'rel') }
      })
      expect(stderr).toMatch(/^Stopped the broker/)
    }
  })
})
