import { describe, expect, it } from 'vitest'
import { Interruptions } from '../../src/operations/interruptions.js'
import { FakeClock, settle } from '../support/fake-clock.js'

function interruptions() {
  const clock = new FakeClock()
  const log: string[] = []
  const note = (promise: Promise<void>, text: string) => void promise.then(() => log.push(text))
  return { clock, log, note, it: new Interruptions(clock) }
}

describe('a sleep', () => {
  it('ends when it is due', async () => {
    const { clock, log, note, it } = interruptions()
    note(it.sleepUntil(1_000_000), 'awake')
    await clock.advance(999)
    expect(log).toEqual([])
    await clock.advance(1)
    expect(log).toEqual(['awake'])
  })

  it('ends at a task, also at one that came before it, and not at an answer', async () => {
    const { log, note, it } = interruptions()
    note(it.sleepUntil(1e9), 'first')
    it.answer()
    await settle()
    expect(log).toEqual([])
    it.post(() => undefined)
    await settle()
    expect(log).toEqual(['first'])
    it.interrupt()
    note(it.sleepUntil(1e9), 'second')
    note(it.sleepUntil(1e9), 'third')
    await settle()
    expect(log).toEqual(['first', 'second'])
  })
})

describe('a wait for an answer', () => {
  it.each(['answer', 'interrupt'] as const)('ends at: %s', async (what) => {
    const { log, note, it } = interruptions()
    note(it.next(), 'on')
    it[what]()
    await settle()
    expect(log).toEqual(['on'])
  })
})

it('tasks are done in order, each when the one before it is done', async () => {
  const { clock, it } = interruptions()
  const log: string[] = []
  it.post(async (now) => {
    await settle()
    log.push(`first at ${now}`)
    it.post(() => void log.push('third'))
  })
  it.post(() => void log.push('second'))
  await clock.advance(1)
  await it.work()
  expect(log).toEqual(['first at 1000', 'second', 'third'])
})
