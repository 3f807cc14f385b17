import type { Contract, Violation } from '../../src/core/contract.js'
import { type Message, payloadBytes } from '../../src/core/message.js'

/** What is wrong with a message, for tests to which it does not matter what. */
export const WRONG: Violation = {
  part: 'payload',
  pointer: '/temp',
  rule: 'maximum',
  expected: 'at most 30',
  found: '31',
  schema: '#/properties/temp/maximum'
}

/** A contract without a document: `judge` says what is wrong with a message. */
export const contractOf = (
  judge: (message: Message) => readonly Violation[],
  more: Partial<Contract> = {}
): Contract => ({
  name: 'room.yaml',
  channels: [],
  addresses: [],
  unchecked: [],
  unheardAddresses: () => [],
  check: judge,
  ...more
})

/** A contract that payloads which begin with `!` break. */
export const plainContract = (more: Partial<Contract> = {}): Contract =>
  contractOf((message) => (payloadBytes(message)[0] === 0x21 ? [WRONG] : []), more)
