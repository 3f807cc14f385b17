import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkChannelName } from '../../src/core/channel-name.js'
import { mqttGrammar } from '../../src/transport/mqtt/channel-grammar.js'

function refusal(text: string): unknown {
  try {
    return checkChannelName(text, mqttGrammar)
  } catch (error) {
    return error
  }
}

describe('checkChannelName', () => {
  it.each([
    'user_signed_up',
    'lights/kitchen/1',
    '/',
    '//',
    ' ',
    '$SYS/x',
    'grüße/🎉',
    '__proto__',
    'a\u001bb'
  ])('accepts "%s" and returns it', (channel) => {
    expect(checkChannelName(channel, mqttGrammar)).toBe(channel)
  })

  it('accepts 65,535 bytes and refuses one more [MQTT-4.7.3-3]', () => {
    expect(checkChannelName('x'.repeat(65_535), mqttGrammar)).toHaveLength(65_535)
    expect(refusal(`${'ü'.repeat(32_767)}xx`)).toMatchObject({
      kind: 'usage',
      code: 'bad-channel',
      message: expect.stringMatching(/^cannot use channel "ü+…" \(32769 characters\): it is 65536 bytes long/)
    })
  })

  it('refuses an empty channel [MQTT-4.7.3-1]', () => {
    expect(refusal('')).toMatchObject({ message: 'cannot use channel "": it is empty' })
  })

  it.each(['#', 'a/+', 'a+b', 'a#'])('refuses the wildcard in "%s" [MQTT-3.3.2-2]', (text) => {
    expect(refusal(text)).toMatchObject({
      kind: 'usage',
      message: `cannot use channel "${text}": it holds a wildcard`,
      suggestion: expect.stringContaining('for subscribing')
    })
  })

  it('refuses NUL [MQTT-4.7.3-2] and shows it without printing it', () => {
    expect(refusal('a\0b')).toMatchObject({
      message: 'cannot use channel "a\\u0000b": it holds a NUL character'
    })
  })

  it('refuses a lone surrogate [MQTT-1.5.4-1]', () => {
    expect(refusal('a\ud83d')).toMatchObject({ message: expect.stringContaining('surrogate') })
    expect(refusal('\ude00a')).toMatchObject({ message: expect.stringContaining('surrogate') })
  })

  it('accepts any Unicode text without wildcards and NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (text) => {
        fc.pre(!/[+#\0]/.test(text))
        expect(checkChannelName(text, mqttGrammar)).toBe(text)
      })
    )
  })
})
