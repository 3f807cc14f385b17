import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { ClassicLevel } from 'classic-level'
import { beforeEach, describe, expect, it } from 'vitest'
import { localPlace } from '../../src/transport/embedded/local-place.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { storeContents } from '../support/store-contents.js'
import { left, useVersion01 } from '../support/version-0.1.js'

// A broker that takes over a store of 0.1 (test/fixtures/v0.1/README.md) as a process of its own.

const { copyOf, folder } = useVersion01()

let env: Record<string, string>
beforeEach(() => {
  const home = makeHome()
  home.remove()
  env = { ...home.env, HOME: folder() }
})

describe('a store of 0.1 whose conversion is killed', () => {
  /** Kills the process once it has changed a file of the messages for the KILL_AT-th time. */
  const KILLER = `
    const fs = require('node:fs')
    let left = Number(process.env.KILL_AT)
    const killing = (isOurs) => (name) => {
      const original = fs[name]
      fs[name] = (...args) => {
        const result = original(...args)
        if (isOurs(args) && --left === 0) process.kill(process.pid, 'SIGKILL')
        return result
      }
    }
    const isMessages = ([path]) => String(path).includes('messages')
    for (const name of ['mkdirSync', 'renameSync', 'rmSync', 'cpSync', 'ftruncateSync']) killing(isMessages)(name)
    killing(isMessages)('openSync')
    killing(([file]) => file > 2)('writeSync')
  `

  it.each(['for the first time', 'after the newer version has been used'])(
    'is converted from the beginning by the next start: %s',
    async (when) => {
      const killer = join(folder(), 'killer.cjs')
      writeFileSync(killer, KILLER)
      const makeStore = async () => {
        const place = localPlace({ TIDINGS_HOME: copyOf('waiting') })
        if (when === 'for the first time') return place
        await storeContents(place)
        rmSync(place.store, { recursive: true })
        cpSync(left('broker-state/store'), place.store, { recursive: true })
        return place
      }
      const expected = await storeContents(await makeStore())
      let kills = 0
      for (let isKilled = true; isKilled; kills++) {
        const place = await makeStore()
        const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], {
          ...env,
          TIDINGS_HOME: place.folder,
          NODE_OPTIONS: `--require=${killer}`,
          KILL_AT: String(kills + 1)
        })
        isKilled = await broker.saying('name no broker').then(
          () => false,
          () => true
        )
        broker.child.kill('SIGTERM')
        await broker.exited
        if (isKilled) expect(broker.child.signalCode).toBe('SIGKILL')
        expect({ kills, ...(await storeContents(place)) }).toEqual({ kills, ...expected })
      }
      expect(kills).toBeGreaterThan(5)
    }
  )
})

describe.skipIf(process.platform !== 'linux')('a store of 0.1 on a disk that gets full', () => {
  /** No file may get longer than 64 KiB. */
  const limited = ['sh', '-c', 'ulimit -f 128; exec "$@"', 'sh']

  it('is told by the command that starts the broker, stays as it is, and is converted once there is room', async () => {
    const place = localPlace({ TIDINGS_HOME: copyOf('waiting') })
    const message = {
      cmd: 'publish',
      topic: 'large',
      payload: Buffer.alloc(200_000, 'x'),
      qos: 1,
      retain: true
    }
    const level = new ClassicLevel<string, Buffer>(place.store, { valueEncoding: 'buffer' })
    await level.put('retained:large', serialize(message))
    // Otherwise LevelDB itself would write a large file when it is opened.
    await level.compactRange('', '~')
    await level.close()
    const publish = ['publish', 'own/5', 'new', '--qos', '2']
    const running = { env: { ...env, TIDINGS_HOME: place.folder } }
    const { exitCode, stderr } = await runProgram(publish, { ...running, through: limited })
    expect({ exitCode, stderr }).toEqual({
      exitCode: 3,
      stderr: expect.stringMatching(
        /cannot start the local broker in ".*": cannot take over what an earlier version kept in ".*store": the file would become too large\n {2}Try: all of it is still there; .*mv '.*store' '.*store\.old';.*\n$/
      )
    })
    expect(await runProgram(publish, running)).toMatchObject({ exitCode: 0 })
    await runProgram(['broker', 'stop'], running)
    const { retained, sessions } = await storeContents(place)
    expect(retained).toContain('large')
    expect(sessions.options?.queue.at(-1)).toMatch(/^own\/5 new /)
  })
})
