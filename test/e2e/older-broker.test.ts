import { cpSync, existsSync, rmSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VERSION } from '../../src/core/version.js'
import { askBroker, stopBroker } from '../../src/transport/embedded/control.js'
import { ensureLocalBroker } from '../../src/transport/embedded/local-broker.js'
import { type LocalPlace, localPlace } from '../../src/transport/embedded/local-place.js'
import { hasOurVersion } from '../../src/transport/embedded/running-version.js'
import { type OlderBroker, startOlderBroker } from '../support/older-broker.js'
import { makeHome, RunningProgram, runProgram } from '../support/program.js'
import { storeContents } from '../support/store-contents.js'
import { left } from '../support/version-0.1.js'

// A program meets the local broker of an older version. test/support/older-broker.ts plays that broker; what it would have kept is a
// store that 0.1 has made (test/fixtures/v0.1/README.md).

let home: ReturnType<typeof makeHome>
let place: LocalPlace
let older: OlderBroker | undefined
beforeEach(() => {
  home = makeHome()
  place = localPlace(home.env)
})
afterEach(async () => {
  await older?.stop()
  await askBroker(place.controlPath, 'stop')
  older = undefined
  home.remove()
})

const publish = (payload: string) =>
  runProgram(['publish', 'own/5', payload, '--qos', '2'], { env: home.env })
const status = () => askBroker(place.controlPath, 'status')

describe('an older broker in the background', () => {
  it('is replaced before it is used: what it has kept is there, and the user is told', async () => {
    cpSync(left('waiting/store'), place.store, { recursive: true })
    older = await startOlderBroker(place)
    const { exitCode, stderr } = await publish('new')
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: expect.stringContaining('Using the local broker, just started; an older one has stopped\n')
    })
    expect(older.isRunning).toBe(false)
    expect(await status()).toMatchObject({ version: VERSION, mode: 'background', published: 1 })
    await askBroker(place.controlPath, 'stop')
    const { queue } = (await storeContents(place)).sessions.options ?? { queue: [] }
    expect(queue[0]).toMatch(/^own\/1 from another /)
    expect(queue.at(-1)).toMatch(/^own\/5 new /)
  })

  it('is replaced once by ten commands at once, and nothing of theirs is lost', {
    timeout: 120_000
  }, async () => {
    cpSync(left('waiting/store'), place.store, { recursive: true })
    older = await startOlderBroker(place)
    const payloads = Array.from({ length: 10 }, (_, number) => `message ${number}`)
    const outcomes = await Promise.all(payloads.map(publish))
    expect(outcomes.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      outcomes.map(({ stderr }) => ({ exitCode: 0, stderr }))
    )
    expect(await status()).toMatchObject({ version: VERSION, published: 10 })
    await askBroker(place.controlPath, 'stop')
    const { queue } = (await storeContents(place)).sessions.options ?? { queue: [] }
    const taken = queue.flatMap((text) => /^own\/5 (message \d)/.exec(text)?.[1] ?? [])
    expect(taken.sort()).toEqual(payloads)
  })

  it('is replaced by a broker in the foreground, too', async () => {
    older = await startOlderBroker(place)
    const broker = new RunningProgram(['broker', '--listen', '127.0.0.1:0'], home.env)
    await broker.saying('name no broker')
    expect(older.isRunning).toBe(false)
    expect(await status()).toMatchObject({ version: VERSION, mode: 'foreground' })
  })

  it('is told by broker status with its version', async () => {
    older = await startOlderBroker(place)
    const { stdout } = await runProgram(['broker', 'status'], { env: home.env })
    expect(stdout).toMatch(new RegExp(`^Version: +0\\.1, and this program is ${VERSION}$`, 'm'))
    const json = await runProgram(['broker', 'status', '--json'], { env: home.env })
    expect(JSON.parse(json.stdout)).toMatchObject({ version: '0.1' })
    expect(older.isRunning).toBe(true)
  })
})

describe('an older broker that is used', () => {
  /** The notices of a connection that was begun. */
  async function notices() {
    const told: { text: string; isRoutine?: boolean }[] = []
    await ensureLocalBroker((notice) => told.push(notice), undefined, { place })
    return told
  }

  it('because it runs in the foreground: there is a notice', async () => {
    older = await startOlderBroker(place, { mode: 'foreground' })
    expect(await notices()).toEqual([
      {
        kind: 'local-broker',
        isRoutine: false,
        text: 'Using the local broker; it is older than this program: end tidings broker (process 1), and start it again'
      }
    ])
    expect(older).toMatchObject({ isRunning: true, asked: ['status'] })
  })

  it('because it answers nothing: there is a notice', async () => {
    older = await startOlderBroker(place, { answers: false })
    expect(await notices()).toMatchObject([
      {
        isRoutine: false,
        text: `Using the local broker; it may be older than this program: nothing answers at ${place.controlPath}`
      }
    ])
    expect(older.isRunning).toBe(true)
  })
})

describe('a broker of this version', () => {
  const ensure = () => ensureLocalBroker(() => undefined, undefined, { place })

  it('is known by a small file, without being asked, and as long as its socket is its own', async () => {
    expect(hasOurVersion(place)).toBe(false)
    await ensure()
    expect(hasOurVersion(place)).toBe(true)
    await askBroker(place.controlPath, 'stop')
    expect(existsSync(place.version)).toBe(true)
    expect(hasOurVersion(place)).toBe(false)
    older = await startOlderBroker(place)
    expect(hasOurVersion(place)).toBe(false)
  })

  it('is used also where the file is missing', async () => {
    await ensure()
    const before = await status()
    rmSync(place.version)
    await ensure()
    expect((await status())?.pid).toBe(before?.pid)
  })

  it('is not stopped by whoever wanted to stop the one before it', async () => {
    await ensure()
    const { pid = 0 } = (await status()) ?? {}
    await stopBroker(place.controlPath, { pid: pid + 1, version: VERSION })
    await stopBroker(place.controlPath, { pid: 1 })
    expect((await status())?.pid).toBe(pid)
    await stopBroker(place.controlPath, { pid, version: VERSION })
    expect(await status()).toBeUndefined()
  })
})
