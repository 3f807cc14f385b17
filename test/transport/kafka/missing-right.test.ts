import { describe, expect, it } from 'vitest'
import { askForRight, type Right } from '../../../src/transport/kafka/missing-right.js'

const asker = { broker: 'broker.example:9092', user: 'ada' }
const START =
  'ask for the right: kafka-acls.sh --bootstrap-server broker.example:9092 --add --allow-principal'

describe('what a user who lacks a right is told', () => {
  it.each<[Right, string]>([
    [{ operation: 'Read', on: ['--topic', 'orders'] }, 'User:ada --operation Read --topic orders'],
    [{ operation: 'Read', on: ['--group', 'a b'] }, "User:ada --operation Read --group 'a b'"],
    [{ operation: 'IdempotentWrite', on: ['--cluster'] }, 'User:ada --operation IdempotentWrite --cluster']
  ])('is a command for a shell: %o', (right, command) => {
    expect(askForRight(right, asker)).toBe(`${START} ${command}`)
  })

  it('quotes what a shell would take for more than a word', () => {
    const right: Right = { operation: 'Read', on: ['--group', "$(reboot)'"] }
    expect(askForRight(right, { ...asker, user: 'CN=Ada Lovelace;O=x' })).toBe(
      `${START} 'User:CN=Ada Lovelace;O=x' --operation Read --group '$(reboot)'\\'''`
    )
  })

  it('leaves open a name that only the broker knows', () => {
    const right: Right = { operation: 'Write', on: ['--topic', 't'] }
    expect(askForRight(right, { ...asker, user: undefined })).toContain(
      '--allow-principal User:NAME --operation'
    )
  })
})
