import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { matchesPattern } from '../../../../src/core/channel-pattern.js'
import type { Receipt, Receiver } from '../../../../src/core/connection.js'
import { mqttGrammar } from '../../../../src/transport/mqtt/channel-grammar.js'
import { type Protocol, ScriptedLine, textOf } from './scripted-line.js'
import { type Outgoing, type Sent, SessionBroker } from './session-broker.js'

/** What a receiver makes of one batch. */
interface Plan {
  /** Whether it says so at once, or when the test lets it. */
  readonly atOnce: boolean
  /** How much of the batch it takes, of 1, where it does not take the whole. */
  readonly share: number
  readonly next: 'take all' | 'let-go' | 'stop'
}

type Step =
  | { readonly kind: 'send'; readonly messages: readonly Outgoing[] }
  | { readonly kind: 'settle' }
  | {
      readonly kind: 'cut'
      readonly areAcknowledgementsLost: boolean
      readonly sessionPresent: boolean
      readonly messages: readonly Outgoing[]
    }

const messages: fc.Arbitrary<Outgoing[]> = fc.array(
  fc.record({
    channel: fc.constantFrom('a', 'a/b', 'c', '$d'),
    qos: fc.constantFrom(0, 1, 1, 2, 2) as fc.Arbitrary<0 | 1 | 2>
  }),
  { maxLength: 4 }
)

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('send' as const), messages }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('settle' as const) }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('cut' as const),
        areAcknowledgementsLost: fc.boolean(),
        sessionPresent: fc.nat(9).map((one) => one > 0),
        messages
      })
    }
  ),
  { minLength: 4, maxLength: 25 }
)

const plans = (...nexts: Plan['next'][]): fc.Arbitrary<Plan[]> =>
  fc.array(
    fc.record({
      atOnce: fc.boolean(),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      next: fc.constantFrom(...nexts)
    }),
    { minLength: 1, maxLength: 12 }
  )

const RECEIVERS = [
  [['#']],
  [['a/#'], ['c']],
  [['c'], ['a'], ['+/b', '#']],
  [['x'], ['a/b', 'a'], ['+', 'a/#']]
] as const satisfies readonly (readonly (readonly string[])[])[]
type Patterns = (typeof RECEIVERS)[number]

const matches = (patterns: readonly string[], { channel }: Outgoing) =>
  patterns.some((pattern) => matchesPattern(pattern, channel, mqttGrammar))

/** The receivers of one program, with what each has taken. */
class Program {
  readonly taken: number[][]
  readonly #patterns: Patterns
  readonly #plans: readonly Plan[]
  #planned = 0
  #working: (() => void)[] = []

  constructor(line: ScriptedLine, patterns: Patterns, plan: readonly Plan[]) {
    this.#patterns = patterns
    this.#plans = plan
    this.taken = patterns.map(() => [])
    patterns.forEach((own, index) => {
      line.exchange.addReceiver(this.#receiver(index), own)
    })
  }

  get isAtWork(): boolean {
    return this.#working.length > 0
  }

  /** Who is to get it, as positions. */
  receiversOf(message: Outgoing): number[] {
    const all = [...this.#patterns.keys()].filter((index) => matches(this.#patterns[index] ?? [], message))
    return all.length === 0 ? [0] : all
  }

  hasTaken(message: Sent): boolean {
    return this.receiversOf(message).every((index) => this.taken[index]?.includes(message.number))
  }

  /** The one that has been at work the longest is done with its batch. */
  settle(): void {
    this.#working.shift()?.()
  }

  #receiver(index: number): Receiver {
    return (batch) => {
      const numbers = batch.map((message) => Number(textOf(message)))
      const plan = this.#plans[this.#planned++ % this.#plans.length]
      const judge = (): Receipt => {
        const all = plan === undefined || plan.next === 'take all'
        const done = all ? numbers.length : Math.floor(numbers.length * plan.share)
        this.taken[index]?.push(...numbers.slice(0, all || plan.next === 'stop' ? done : done + 1))
        return all ? undefined : { done, next: plan.next === 'stop' ? 'stop' : 'let-go' }
      }
      if (plan?.atOnce) return judge()
      return new Promise((resolve) => {
        this.#working.push(() => resolve(judge()))
      })
    }
  }
}

/** @param isIdle told whenever no receiver is at work */
async function play(
  broker: SessionBroker,
  program: Program,
  steps: readonly Step[],
  isIdle: () => void = () => {}
): Promise<void> {
  for (const step of steps) {
    if (step.kind === 'send') await broker.send(step.messages)
    else if (step.kind === 'cut') {
      await broker.cut(step.areAcknowledgementsLost)
      await broker.accept(step.sessionPresent, step.messages)
    } else {
      program.settle()
      await broker.listen()
    }
    if (!program.isAtWork) isIdle()
  }
  while (program.isAtWork) {
    program.settle()
    await broker.listen()
  }
  isIdle()
}

const firsts = (numbers: readonly number[]) => [...new Set(numbers)]
const inOrder = (numbers: readonly number[]) => [...numbers].sort((one, other) => one - other)

describe.each(['3.1.1', '5'] as const)(
  'whatever comes, and wherever the connection is cut, over MQTT %s',
  (protocol: Protocol) => {
    it('receivers get each message in order, QoS 2 once, and each is acknowledged after that', async () => {
      const receivers = fc.constantFrom(...RECEIVERS)
      await fc.assert(
        fc.asyncProperty(steps, plans('take all', 'let-go'), receivers, async (steps, plan, patterns) => {
          const line = await new ScriptedLine(protocol).connect()
          const program = new Program(line, patterns, plan)
          const broker = new SessionBroker(line, (message) => program.hasTaken(message))
          await play(broker, program, steps, () => expect(broker.inFlight).toBe(0))
          expect(broker.wrongs).toEqual([])
          expect([line.protocolErrors, line.receiverErrors]).toEqual([[], []])
          for (const [index, numbers] of program.taken.entries()) {
            expect(firsts(numbers)).toEqual(inOrder(firsts(numbers)))
            for (const message of broker.sent) {
              const times = numbers.filter((number) => number === message.number).length
              if (!program.receiversOf(message).includes(index)) expect(times).toBe(0)
              else if (message.qos !== 1) expect(times).toBeLessThanOrEqual(1)
              if (!program.receiversOf(message).includes(index) || broker.forgotten.has(message.number))
                continue
              if (message.qos > 0) expect(times).toBeGreaterThanOrEqual(1)
            }
          }
        }),
        { numRuns: 300 }
      )
    })

    it('a program that stops leaves to the next one of its session all that it did not take', async () => {
      await fc.assert(
        fc.asyncProperty(steps, plans('take all', 'let-go', 'stop'), async (steps, plan) => {
          const line = await new ScriptedLine(protocol).connect()
          const program = new Program(line, RECEIVERS[0], plan)
          let next: Program | undefined
          const broker = new SessionBroker(
            line,
            (message) => program.hasTaken(message) || next?.hasTaken(message) === true
          )
          await play(broker, program, steps)
          await broker.cut(false)
          broker.line = new ScriptedLine(protocol)
          next = new Program(broker.line, RECEIVERS[0], [])
          await broker.accept(true, [])
          await play(broker, next, [])
          expect(broker.wrongs).toEqual([])
          expect(broker.inFlight).toBe(0)
          const [taken = []] = program.taken
          expect(firsts(taken)).toEqual(inOrder(firsts(taken)))
          const either = new Set([...taken, ...(next.taken[0] ?? [])])
          for (const { number, qos } of broker.sent) {
            if (qos > 0 && !broker.forgotten.has(number)) expect(either).toContain(number)
          }
        }),
        { numRuns: 300 }
      )
    })
  }
)
