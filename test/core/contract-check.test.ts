import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ContractCheck, INVALID_WISHES, type InvalidWish } from '../../src/core/contract-check.js'
import type { Message } from '../../src/core/message.js'
import { MessageSelection, type SelectionOptions } from '../../src/core/message-selection.js'
import { textMessage } from '../support/memory-connection.js'
import { plainCondition } from '../support/plain-condition.js'
import { plainContract, WRONG } from '../support/plain-contract.js'

const RULES = { separator: '/', hidden: '$' }
const batchOf = (texts: string) => texts.split(' ').map((text) => textMessage('a', text))
const textsOf = (messages: readonly Message[]) =>
  messages.map(({ payload }) => Buffer.from(payload ?? []).toString()).join(' ')

function selecting(invalid: InvalidWish, more: SelectionOptions = {}) {
  const check = new ContractCheck(plainContract(), invalid)
  return { check, selection: new MessageSelection({ ...more, check }, RULES) }
}

describe('of messages that break a contract', () => {
  it.each([
    ['mark', '1 !2 3 !4 5', 5],
    ['only', '!2 !4', 5],
    ['skip', '1 3 5', 5],
    ['stop', '1 !2', 2]
  ] as const)('%s takes "%s"', (invalid, texts, done) => {
    const { selection, check } = selecting(invalid)
    const selected = selection.select(batchOf('1 !2 3 !4 5'))
    expect(textsOf(selected.wanted)).toBe(texts)
    expect(selected.done).toBe(done)
    expect(check.tally.wrong).toBe(invalid === 'stop' ? 1 : 2)
  })

  it('those that are wanted carry what is wrong, and what passes is the same object', () => {
    const batch = batchOf('1 !2')
    const { wanted } = selecting('mark').selection.select(batch)
    expect(wanted[0]).toBe(batch[0])
    expect(wanted[1]).toEqual({ ...batch[1], violations: [WRONG] })
  })

  it('those that are left out count for no number', () => {
    const { selection, check } = selecting('skip', { count: 2 })
    expect(selection.select(batchOf('!1 !2 3 !4 5 !6 7')).done).toBe(5)
    expect([selection.isComplete, selection.unmatched, check.tally.checked]).toEqual([true, 0, 5])
  })

  it('the first one ends a selection that stops there, and nothing after it is judged', () => {
    const { selection, check } = selecting('stop')
    selection.select(batchOf('1 !2 !3'))
    expect([selection.isComplete, selection.isStopped]).toEqual([true, true])
    expect(selection.judge(textMessage('a', '4'))).toBe('end')
    expect(check.tally.checked).toBe(2)
  })

  it('only those are checked that pass the filters before', () => {
    const condition = plainCondition(() => false)
    const { selection, check } = selecting('mark', { condition })
    expect(selection.select(batchOf('1 !2')).wanted).toEqual([])
    expect(check.tally.checked).toBe(0)
  })

  it('others have their turn while large payloads are checked', () => {
    const { selection } = selecting('mark')
    const large = Array.from({ length: 3 }, () => textMessage('a', 'x'.repeat(4_000_000)))
    expect(selection.select(large).done).toBe(1)
    expect(selection.select(large, 1).done).toBe(2)
  })

  it('whatever the wish: what keeps the contract is handed on untouched, in its order', () => {
    const texts = fc.array(fc.stringMatching(/^!?[a-z]{0,3}$/), { maxLength: 20 })
    fc.assert(
      fc.property(texts, fc.constantFrom(...INVALID_WISHES), fc.nat(5), (all, invalid, skip) => {
        const batch = all.map((text) => textMessage('a', text))
        const { selection } = selecting(invalid, { skip })
        const { wanted } = selection.select(batch)
        const isWrong = (text: string) => text.startsWith('!')
        const first = all.findIndex(isWrong)
        const seen = invalid === 'stop' && first >= 0 ? all.slice(0, first + 1) : all
        const expected = seen
          .map((text, at) => ({ text, at }))
          .filter(({ text }) => (invalid === 'only' ? isWrong(text) : invalid !== 'skip' || !isWrong(text)))
          .slice(skip)
        expect(wanted.length).toBe(expected.length)
        for (const [at, message] of wanted.entries()) {
          const original = batch[expected[at]?.at ?? -1]
          if (message.violations === undefined) expect(message).toBe(original)
          else expect({ ...message, violations: undefined }).toEqual({ ...original, violations: undefined })
          expect(message.payload).toBe(original?.payload)
        }
      })
    )
  })
})
