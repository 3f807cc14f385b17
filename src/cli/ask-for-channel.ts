import type { ChannelGrammar } from '../core/channel-grammar.js'
import { parseChannelPattern } from '../core/channel-pattern.js'
import { TidingsError } from '../core/errors.js'
import type { CommandContext } from './command-context.js'

/**
 * Asks which channel, or which channels, to subscribe to.
 * @param look gives the names of channels that the broker has
 * @throws TidingsError of kind usage where nobody can be asked; of kind interrupted if the user leaves
 */
export async function askForChannel(
  { io, say }: Pick<CommandContext, 'io' | 'say'>,
  grammar: ChannelGrammar,
  look: () => Promise<readonly string[]>
): Promise<string> {
  if (!io.stdin.isTerminal || !io.stderr.isTerminal) {
    throw new TidingsError('usage', 'cannot subscribe: no channel was named', {
      code: 'no-channel',
      suggestion: "tidings subscribe CHANNEL; quote a # for the shell, where it begins a comment: '#'"
    })
  }
  const check = (text: string): true | string => {
    try {
      parseChannelPattern(text, grammar)
      return true
    } catch (error) {
      return (error as Error).message
    }
  }
  say('Looking for channels ...')
  const names = await look()
  const { askForOneOf, askForText } = await import('./prompts.js')
  return names.length === 0
    ? askForText('Channel', io.stop, check)
    : askForOneOf('Channel (# for all)', ['#', ...names], io.stop, check)
}
