import type { ChannelGrammar } from '../channel-grammar.js'
import { parseChannelPattern } from '../channel-pattern.js'
import { TidingsError } from '../errors.js'
import type { LevelParameter } from './level-tree.js'

/** A rule of the user, or of a document: on channels that match, these levels are parameters. */
export interface ParameterRule {
  /** The pattern's levels. */
  readonly levels: readonly string[]
  /** The parameters by the position of their level, from 0. */
  readonly parameters: ReadonlyMap<number, LevelParameter>
  /** Whether the rule applies to a matching channel of these levels. If absent, the rule applies to every matching channel. */
  readonly accepts?: (levels: readonly string[]) => boolean
  /** Whether the other levels of matching channels are never parameters, independent of what was observed. */
  readonly isFinal?: boolean
}

const BRACES = /^\{([A-Za-z0-9_-]{1,64})\}$/

/**
 * Reads a rule such as `device/+/temp`, or `device/{room}/temp`, which also chooses the parameter's name.
 * @throws TidingsError of kind usage for a text that is no pattern, or has neither `+` nor a name in braces
 */
export function compileParameterRule(text: string, grammar: ChannelGrammar): ParameterRule {
  const parameters = new Map<number, LevelParameter>()
  const levels = text.split(grammar.separator).map((level, at) => {
    const name = BRACES.exec(level)?.[1]
    if (name !== undefined) parameters.set(at, { origin: 'rule', name })
    else if (level === '+') parameters.set(at, { origin: 'rule' })
    return name === undefined ? level : '+'
  })
  if (parameters.size > 0) {
    const { pattern } = parseChannelPattern(levels.join(grammar.separator), grammar)
    return withoutGroup({ levels, parameters }, pattern.split(grammar.separator).length)
  }
  throw new TidingsError(
    'usage',
    `cannot use parameter rule ${JSON.stringify(text)}: it has neither "+" nor a name in braces`,
    {
      code: 'bad-parameter-rule',
      suggestion:
        'mark the level that differs: --parameter "device/+/temp" or --parameter "device/{room}/temp"'
    }
  )
}

/** Removes the first levels of a pattern that name a group. */
function withoutGroup({ levels, parameters }: ParameterRule, length: number): ParameterRule {
  const extra = levels.length - length
  if (extra === 0) return { levels, parameters }
  const moved = [...parameters].map(([at, parameter]) => [at - extra, parameter] as const)
  return { levels: levels.slice(extra), parameters: new Map(moved) }
}

interface RuleNode {
  /** The rules that end here, by rank. */
  readonly rules: RankedRule[]
  readonly below: Map<string, RuleNode>
}

interface RankedRule {
  readonly rule: ParameterRule
  readonly rank: number
}

/** Rules in a tree of levels: a document may bring thousands of rules, and every channel searches its rule. */
export class ParameterRules {
  private readonly root: RuleNode = { rules: [], below: new Map() }

  /** @param hidden how hidden channels begin, which a wildcard at the first level does not match */
  constructor(
    rules: readonly ParameterRule[],
    private readonly hidden?: string
  ) {
    for (const [rank, rule] of rules.entries()) {
      let node = this.root
      for (const level of rule.levels) {
        const next = node.below.get(level) ?? { rules: [], below: new Map() }
        node.below.set(level, next)
        node = next
      }
      // A rule after one that applies to every matching channel is never reached.
      if (node.rules.at(-1)?.rule.accepts !== undefined || node.rules.length === 0)
        node.rules.push({ rule, rank })
    }
  }

  /** The first rule that matches a channel of these levels. It matches as a subscription to the rule's pattern does. */
  find(levels: readonly string[]): ParameterRule | undefined {
    return this.search(this.root, levels, 0)?.rule
  }

  private search(node: RuleNode, levels: readonly string[], at: number): RankedRule | undefined {
    const level = levels[at]
    const ofBroker = at === 0 && this.hidden !== undefined && level?.startsWith(this.hidden)
    const rest = ofBroker ? undefined : ruleAt(node.below.get('#'), levels)
    if (level === undefined) return first(ruleAt(node, levels), rest)
    const literal = node.below.get(level)
    const any = ofBroker ? undefined : node.below.get('+')
    return first(
      rest,
      first(literal && this.search(literal, levels, at + 1), any && this.search(any, levels, at + 1))
    )
  }
}

function ruleAt(node: RuleNode | undefined, levels: readonly string[]): RankedRule | undefined {
  return node?.rules.find(({ rule }) => rule.accepts?.(levels) ?? true)
}

function first(a: RankedRule | undefined, b: RankedRule | undefined): RankedRule | undefined {
  return a === undefined || (b !== undefined && b.rank < a.rank) ? b : a
}
