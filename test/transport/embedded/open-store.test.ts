import { cpSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import { ClassicLevel } from 'classic-level'
import { beforeEach, describe, expect, it } from 'vitest'
import { type LocalPlace, localPlace } from '../../../src/transport/embedded/local-place.js'
import { storeContents } from '../../support/store-contents.js'
import { left, useVersion01 } from '../../support/version-0.1.js'

// test/fixtures/v0.1/README.md says how the stores of 0.1 were made.

const { copyOf } = useVersion01()

let place: LocalPlace
beforeEach(() => {
  place = localPlace({ TIDINGS_HOME: copyOf('waiting') })
})

async function withOldStore<T>(use: (level: ClassicLevel<string, Buffer>) => Promise<T>): Promise<T> {
  const level = new ClassicLevel<string, Buffer>(place.store, { valueEncoding: 'buffer' })
  try {
    return await use(level)
  } finally {
    await level.close()
  }
}

/** All that the folder of 0.1 holds, as the bytes of its values in hexadecimal. */
const oldEntries = () =>
  withOldStore(async (level) => {
    const entries: Record<string, string> = {}
    for await (const [key, value] of level.iterator()) entries[key] = value.toString('hex')
    return entries
  })

describe('a store of 0.1 that cannot be taken over', () => {
  /** It says why and how to go on, keeps each byte of each value, and is taken over once the cause is gone. */
  async function isRefused(failing: LocalPlace, why: RegExp, mend: () => Promise<void> | void) {
    const before = await oldEntries()
    await expect(storeContents(failing)).rejects.toMatchObject({
      kind: 'output',
      code: 'store-not-converted',
      message: expect.stringMatching(why),
      suggestion: expect.stringContaining(`mv '${place.store}' '${place.store}.old'`)
    })
    expect(await oldEntries()).toEqual(before)
    expect(existsSync(place.messages)).toBe(false)
    await mend()
    expect(Object.keys((await storeContents(place)).sessions)).toHaveLength(4)
    expect(await oldEntries()).toEqual({})
  }

  it('because one of its values is damaged', async () => {
    const key = 'queue:options:0000000000000001:20'
    await withOldStore((level) => level.put(key, Buffer.from('no value')))
    await isRefused(
      place,
      /cannot take over what an earlier version kept in ".*store": one of its entries \(queue\) is damaged$/,
      () => withOldStore((level) => level.del(key))
    )
  })

  it('because one of its values says something else', async () => {
    const key = 'queue:options:0000000000000001:20'
    await withOldStore((level) => level.put(key, serialize({ cmd: 'publish', qos: 1 })))
    await isRefused(place, /cannot take over/, () => withOldStore((level) => level.del(key)))
  })

  it('because the folder of the messages cannot be made', async () => {
    const file = join(place.folder, 'file')
    writeFileSync(file, '')
    await isRefused({ ...place, messages: join(file, 'messages') }, /it is not a directory/, () => undefined)
  })
})

it.each(['with messages', 'with nothing'])(
  'leaves files behind that hold nothing, so that later starts need not look into them: a store %s',
  async (what) => {
    if (what === 'with nothing') await withOldStore((level) => level.clear())
    await storeContents(place)
    const sizes = readdirSync(place.store).map(
      (name) => [name, statSync(join(place.store, name)).size] as const
    )
    expect(
      sizes.filter(([name, size]) => name.endsWith('.ldb') || (name.endsWith('.log') && size > 0))
    ).toEqual([])
  }
)

it('is taken over as a whole also where a queue is full', async () => {
  const { sessions } = await storeContents(localPlace({ TIDINGS_HOME: copyOf('waiting') }))
  expect(sessions.options?.queue.length).toBeGreaterThan(9)
  const limits = { queuedMessagesPerSession: 2 }
  expect((await storeContents(place, limits)).sessions.options?.queue).toEqual(sessions.options?.queue)
})

it('what 0.1 has kept since the last time is taken over, too, and takes nothing away', async () => {
  const first = await storeContents(place)
  const other = localPlace({ TIDINGS_HOME: copyOf('broker-state') })
  const second = await storeContents(other)
  rmSync(place.store, { recursive: true })
  cpSync(left('broker-state/store'), place.store, { recursive: true })
  const both = await storeContents(place)
  expect(both.sessions).toEqual({ ...first.sessions, ...second.sessions })
  expect(both.retained).toEqual([...first.retained, ...second.retained].sort())
  expect(await storeContents(place)).toEqual(both)
})

it('of a session that both versions know the newer messages come behind, and no identifier is given twice', async () => {
  const { sessions } = await storeContents(place)
  rmSync(place.store, { recursive: true })
  cpSync(left('waiting/store'), place.store, { recursive: true })
  await withOldStore(async (level) => {
    for await (const [key, value] of level.iterator())
      if (key.startsWith('queue:exact:'))
        await level.put(key, serialize({ ...deserialize(value), payload: Buffer.from('newer') }))
  })
  const { exact } = (await storeContents(place)).sessions
  expect(exact?.inFlight).toEqual(sessions.exact?.inFlight)
  expect(exact?.queue.map((text) => text.split(' ')[1])).toEqual(['newer', 'newer'])
})
