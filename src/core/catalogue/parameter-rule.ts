import type { ChannelGrammar } from '../channel-grammar.js'
import { parseChannelPattern } from '../channel-pattern.js'
import { TidingsError } from '../errors.js'
import type { LevelParameter } from './level-tree.js'

/** A wish of the user: on channels that match, these levels are parameters. */
export interface ParameterRule {
  /** The pattern's levels. */
  readonly levels: readonly string[]
  /** By position of the level, from 0. */
  readonly parameters: ReadonlyMap<number, LevelParameter>
  /** Whether the rule is for a channel of these levels, which match; all are meant where it is left out. */
  readonly accepts?: (levels: readonly string[]) => boolean
  /** The other levels of channels that match are no parameters, whatever else is seen. */
  readonly isFinal?: boolean
}

const BRACES = /^\{([A-Za-z0-9_-]{1,64})\}$/

/**
 * Reads a rule whose levels the separator divides: `device/+/temp`, or `device/{room}/temp` to choose the parameter's name as well.
 * @throws TidingsError of kind usage for what is no pattern, or has neither `+` nor a name in braces
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

/** Leaves out the levels in front with which a pattern names a group. */
function withoutGroup({ levels, parameters }: ParameterRule, length: number): ParameterRule {
  const extra = levels.length - length
  if (extra === 0) return { levels, parameters }
  const moved = [...parameters].map(([at, parameter]) => [at - extra, parameter] as const)
  return { levels: levels.slice(extra), parameters: new Map(moved) }
}

interface RuleNode {
  /** Those that end here, first things first. */
  readonly rules: RankedRule[]
  readonly below: Map<string, RuleNode>
}

interface RankedRule {
  readonly rule: ParameterRule
  readonly rank: number
}

/** Rules by their levels: a document of thousands of channels brings as many, and each channel asks for its rule. */
export class ParameterRules {
  private readonly root: RuleNode = { rules: [], below: new Map() }

  /** @param hidden what the channels begin with that a wildcard at the first level does not match */
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
      // No rule is ever asked behind one that takes all.
      if (node.rules.at(-1)?.rule.accepts !== undefined || node.rules.length === 0)
        node.rules.push({ rule, rank })
    }
  }

  /** The first of the rules that matches a channel of these levels, as a subscription to its pattern would. */
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
