import { celType, isCelError } from '@bufbuild/cel'
import { ChannelVerdicts } from '../core/channel-verdicts.js'
import type { Message } from '../core/message.js'
import type { MessageCondition, Unjudged } from '../core/message-condition.js'
import { Evaluation } from './evaluation.js'
import { type LevelRules, MessageVariables } from './message-variables.js'
import { MissingFields } from './missing-fields.js'
import { badExpression, parseExpression } from './parse-expression.js'
import { missingField, notACondition, reasonOf } from './reason.js'
import { UnjudgedCount } from './unjudged-count.js'
import type { Uses } from './used-names.js'

/** Makes a condition of an expression, for channels of these rules. */
export type ConditionOf = (rules: LevelRules) => MessageCondition

/**
 * Compiles an expression of CEL, such as `payload.temp > 30 && channel.startsWith('device/')`, to a condition on messages.
 * @throws TidingsError of kind usage, with the place of the mistake, for a text that is no such expression
 */
export function compileCondition(text: string): ConditionOf {
  try {
    return compile(text)
  } catch (error) {
    // What walks through the tree is recursive.
    if (error instanceof RangeError) throw badExpression(text, 0, 'it is nested too deeply')
    throw error
  }
}

function compile(text: string): ConditionOf {
  const { tree, uses } = parseExpression(text)
  const evaluation = new Evaluation(tree)
  const conditionOf: ConditionOf = (rules) => new Condition(evaluation, uses, rules, text)
  if (uses.variables.length === 0) {
    const condition = conditionOf({ separator: '/' })
    condition.isMet(NO_MESSAGE)
    const [mistake] = condition.unjudged.reasons
    if (mistake !== undefined) throw badExpression(text, 0, mistake[0])
  }
  return conditionOf
}

const NO_MESSAGE: Message = { channel: '', payload: null, headers: [] }
const OF_CHANNELS = ['channel', 'levels']

/** What came of a judgement: whether the condition is met, or why that cannot be said. */
type Verdict = boolean | string

class Condition implements MessageCondition {
  steps = 0
  readonly #variables: MessageVariables
  readonly #count = new UnjudgedCount()
  readonly #missing: MissingFields
  #hasMatched = false
  readonly #verdicts: ChannelVerdicts<Verdict> | undefined

  constructor(
    private readonly evaluation: Evaluation,
    uses: Uses,
    rules: LevelRules,
    text: string
  ) {
    this.#missing = new MissingFields(text, uses)
    this.#variables = new MessageVariables(rules, uses, evaluation.budget)
    if (uses.variables.every(({ name }) => OF_CHANNELS.includes(name))) this.#verdicts = new ChannelVerdicts()
  }

  isMet(message: Message): boolean {
    const verdict =
      this.#verdicts?.verdictOf(message.channel, () => this.#judge(message)) ?? this.#judge(message)
    if (verdict === true) this.#hasMatched = true
    if (typeof verdict === 'boolean') return verdict
    this.#count.add(verdict)
    return false
  }

  get unjudged(): Unjudged {
    return { ...this.#count.unjudged, hints: this.#missing.hints(this.#hasMatched) }
  }

  #judge(message: Message): Verdict {
    const result = this.evaluation.evaluate(this.#variables.of(message))
    this.steps += this.evaluation.budget.taken
    if (typeof result === 'boolean') return result
    if (!isCelError(result)) return notACondition(celType(result).name)
    const field = missingField(result.message)
    if (field !== undefined) this.#missing.note(field, message)
    return reasonOf(result.message)
  }
}
