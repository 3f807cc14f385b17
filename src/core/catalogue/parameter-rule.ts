import { checkChannelPattern, compilePattern } from '../channel-pattern.js'
import { TidingsError } from '../errors.js'
import type { LevelParameter } from './level-tree.js'

/** A wish of the user: on channels that match, these levels are parameters. */
export interface ParameterRule {
  readonly matches: (channel: string) => boolean
  /** By position of the level, from 0. */
  readonly parameters: ReadonlyMap<number, LevelParameter>
}

const BRACES = /^\{([A-Za-z0-9_-]{1,64})\}$/

/**
 * Reads `device/+/temp`, or `device/{room}/temp` to choose the parameter's name as well.
 * @throws TidingsError of kind usage for what is no pattern, or has neither `+` nor a name in braces
 */
export function compileParameterRule(text: string): ParameterRule {
  const parameters = new Map<number, LevelParameter>()
  const levels = text.split('/').map((level, at) => {
    const name = BRACES.exec(level)?.[1]
    if (name !== undefined) parameters.set(at, { origin: 'rule', name })
    else if (level === '+') parameters.set(at, { origin: 'rule' })
    return name === undefined ? level : '+'
  })
  if (parameters.size > 0)
    return { matches: compilePattern(checkChannelPattern(levels.join('/'))), parameters }
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
