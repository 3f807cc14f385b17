import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type ChannelGrammar, whyNotName } from '../../src/core/channel-grammar.js'
import { checkChannelName, HOLDS_A_WILDCARD } from '../../src/core/channel-name.js'
import { separatedGrammar } from '../support/separated-grammar.js'

/** A grammar that spells slashes as dots, and whose names are short. */
const dots: ChannelGrammar = {
  ...separatedGrammar('.'),
  spellChannel: (text) => text.replaceAll('/', '.'),
  whyNotChannel: (channel) =>
    whyNotName(channel) ??
    (channel.includes('/') ? 'it holds a slash' : undefined) ??
    (/[+#]/.test(channel) ? HOLDS_A_WILDCARD : undefined) ??
    (channel.length > 10 ? 'it is too long' : undefined),
  examples: { channel: 'lights.kitchen', patterns: 'lights.#' }
}

describe('checkChannelName', () => {
  it('returns and checks the channel as the protocol spells it', () => {
    expect(checkChannelName('a/b', dots)).toBe('a.b')
    expect(checkChannelName('a.b', dots)).toBe('a.b')
  })

  it('refuses a channel that the protocol does not accept, and quotes it as it was written', () => {
    expect(() => checkChannelName('a/b/c/d/e/f', dots)).toThrow(
      expect.objectContaining({
        kind: 'usage',
        code: 'bad-channel',
        message: 'cannot use channel "a/b/c/d/e/f": it is too long',
        suggestion: 'name a channel, for example user_signed_up or lights.kitchen'
      })
    )
  })

  it('says that wildcards are for subscribing', () => {
    expect(() => checkChannelName('a/+', dots)).toThrow(
      expect.objectContaining({
        message: 'cannot use channel "a/+": it holds a wildcard',
        suggestion: '"+" and "#" are for subscribing; name one channel, for example lights.kitchen'
      })
    )
  })
})

describe('a name that no protocol accepts', () => {
  it.each([
    ['nothing', '', 'it is empty'],
    ['a NUL', 'a\0b', 'it holds a NUL character'],
    ['a high surrogate alone', 'a\ud83d', 'it holds half of a surrogate pair, which is not Unicode'],
    ['a low surrogate alone', '\ude00a', 'it holds half of a surrogate pair, which is not Unicode']
  ])('is %s', (_what, text, why) => {
    expect(whyNotName(text)).toBe(why)
  })

  it('is no other Unicode text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(!text.includes('\0'))
        expect(whyNotName(text)).toBeUndefined()
      })
    )
  })
})
