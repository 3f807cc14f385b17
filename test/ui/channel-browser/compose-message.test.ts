import { describe, expect, it } from 'vitest'
import type { Capabilities } from '../../../src/core/capabilities.js'
import { mqttGrammar } from '../../../src/transport/mqtt/channel-grammar.js'
import { mqttCapabilities } from '../../../src/transport/mqtt/mqtt-capabilities.js'
import { composeMessage, type Questions } from '../../../src/ui/channel-browser/compose-message.js'
import { messageAt } from './browser-in-test.js'

/** Answers by the beginning of the question; what is not answered is left as it is offered. */
function answering(answers: Record<string, string>, asked: string[] = []): Questions {
  const answer = (message: string, initial: string) => {
    asked.push(message)
    return answers[Object.keys(answers).find((key) => message.startsWith(key)) ?? ''] ?? initial
  }
  return {
    grammar: mqttGrammar,
    capabilities: mqttCapabilities.mqtt,
    line: async (message, initial, check) => {
      const text = answer(message, initial)
      expect(check?.(text) ?? true).toBe(true)
      return text
    },
    edit: async (payload) => {
      const text = Buffer.from(payload).toString('utf8')
      return Buffer.from(answer('Payload in the editor', text))
    },
    choice: async (message, choices, initial) => {
      const offered = choices.find(({ value }) => value === initial)?.name ?? ''
      const name = answer(`${message}?`, offered)
      const chosen = choices.find((choice) => choice.name.startsWith(name))
      if (!chosen) throw new Error(`"${name}" is not offered for ${message}`)
      return chosen.value
    }
  }
}

const shown = messageAt(1, 'lamp/1', '{"on":true}', {
  guarantee: 1,
  contentType: 'application/json',
  mqtt: { retain: true }
})

describe('composing a message in the browser', () => {
  it('starts from the message shown, and does not retain unless told to', async () => {
    const message = await composeMessage({ channel: 'lamp/1', message: shown }, answering({}))
    expect(message).toMatchObject({
      channel: 'lamp/1',
      payload: Buffer.from('{"on":true}'),
      guarantee: 1,
      contentType: 'application/json',
      mqtt: { retain: false }
    })
  })

  it('publishes what was changed', async () => {
    const ask = answering({
      Channel: 'lamp/2',
      'Payload?': 'edit it in',
      'Payload in': 'a\nb',
      QoS: '2',
      Keep: 'yes'
    })
    const message = await composeMessage({ channel: 'lamp/1', message: shown }, ask)
    expect(message).toMatchObject({
      channel: 'lamp/2',
      payload: Buffer.from('a\nb'),
      guarantee: 2,
      mqtt: { retain: true }
    })
  })

  it('offers no editing of bytes that are not text, but to send them as they are', async () => {
    const bytes = Buffer.from([0xff, 0])
    const message = await composeMessage({ channel: 'x', message: messageAt(1, 'x', bytes) }, answering({}))
    expect(message?.payload).toEqual(bytes)
    await expect(
      composeMessage({ channel: 'x', message: messageAt(1, 'x', bytes) }, answering({ 'Payload?': 'edit' }))
    ).rejects.toThrow('not offered')
  })

  it('edits text with control characters in the editor only', async () => {
    const message = messageAt(1, 'x', 'a\x1b[2J')
    await expect(
      composeMessage({ channel: 'x', message }, answering({ 'Payload?': 'edit it on' }))
    ).rejects.toThrow('not offered')
  })

  describe('where the broker keeps keys, has messages without a payload and one guarantee only', () => {
    const no = { why: 'there is no such thing', suggestion: 'do without' }
    const capabilities: Capabilities = {
      ...mqttCapabilities.mqtt,
      key: true,
      'null-payload': true,
      retained: no,
      'at-most-once': no,
      'exactly-once': no
    }
    const keyed = { ...shown, key: 'lamp-1' }

    it('keeps the key, and asks neither how to deliver nor whether to retain', async () => {
      const asked: string[] = []
      const message = await composeMessage(
        { channel: 'lamp/1', message: keyed },
        { ...answering({}, asked), capabilities }
      )
      expect(message).toMatchObject({ key: 'lamp-1', guarantee: 1, mqtt: { retain: false } })
      expect(asked.map((question) => question.split(/[ ?]/)[0])).toEqual([
        'Channel',
        'Payload',
        'Payload',
        'Publish'
      ])
    })

    it('offers no payload at all, and begins with that where the message shown has none', async () => {
      const ask = { ...answering({}), capabilities }
      const again = await composeMessage({ channel: 'x', message: { ...keyed, payload: null } }, ask)
      expect(again?.payload).toBeNull()
      const none = { ...answering({ 'Payload?': 'no payload' }), capabilities }
      expect((await composeMessage({ channel: 'x', message: keyed }, none))?.payload).toBeNull()
    })
  })

  it('leaves out the key and offers no missing payload where there is no such thing', async () => {
    const message = { ...shown, key: 'k', payload: null }
    expect(await composeMessage({ channel: 'x', message }, answering({}))).toMatchObject({
      key: undefined,
      payload: Buffer.alloc(0)
    })
    await expect(
      composeMessage({ channel: 'x', message }, answering({ 'Payload?': 'no payload' }))
    ).rejects.toThrow('not offered')
  })

  it('accepts no channel that cannot be published to', async () => {
    const ask = answering({})
    const problems: unknown[] = []
    ask.line = async (_message, initial, check) => {
      problems.push(check?.('a/+/b'), check?.(''), check?.('a/b'))
      return initial
    }
    await composeMessage({ channel: 'x' }, ask)
    expect(problems.slice(0, 3)).toEqual([expect.any(String), expect.any(String), true])
  })

  it('publishes nothing after a no, or Ctrl-C', async () => {
    expect(await composeMessage({ channel: 'x' }, answering({ Publish: 'no' }))).toBeUndefined()
    const stopped = answering({})
    stopped.choice = async () => {
      throw Object.assign(new Error('User force closed the prompt'), { name: 'ExitPromptError' })
    }
    expect(await composeMessage({ channel: 'x' }, stopped)).toBeUndefined()
    const leftEditor = { ...answering({ 'Payload?': 'edit it in' }), edit: async () => undefined }
    expect(await composeMessage({ channel: 'x', message: shown }, leftEditor)).toBeUndefined()
  })
})
