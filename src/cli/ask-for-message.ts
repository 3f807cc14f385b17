import type { ChannelGrammar } from '../core/channel-grammar.js'
import { checkChannelName } from '../core/channel-name.js'
import type { Io } from './io.js'

/** Asks on the terminal for what was not named: the channel, and the payload. */
export async function askForMessage(
  channel: string | undefined,
  grammar: ChannelGrammar,
  io: Io
): Promise<{ channel: string; payload: string }> {
  const { askForText } = await import('./prompts.js')
  const check = (text: string): true | string => {
    try {
      checkChannelName(text, grammar)
      return true
    } catch (error) {
      return (error as Error).message
    }
  }
  const signal = io.stop
  const where = channel ?? checkChannelName(await askForText('Channel', signal, check), grammar)
  return { channel: where, payload: await askForText('Payload', signal) }
}
