import { describe, expect, it } from 'vitest'
import { BINDINGS, commandOf } from '../../../src/ui/channel-browser/keys.js'
import { BrowserInTest, catalogueOf, messageAt, NOON, SECOND } from './browser-in-test.js'
import { houseMessages } from './house.js'

const house = () => new BrowserInTest(catalogueOf(houseMessages()))
const onZigbee = () => house().press('end', 'left')

describe('actions', () => {
  it('streams the channel that is selected, or all of a branch', () => {
    expect(house().press('end', 's', 'enter').effects).toEqual([
      { kind: 'stream', pattern: 'zigbee2mqtt/living room' }
    ])
    expect(onZigbee().press('s', 'enter').effects).toEqual([{ kind: 'stream', pattern: 'zigbee2mqtt/#' }])
  })

  it('publishes from the message that is shown', () => {
    const [effect] = house().press('end', '[', 'p', 'ctrl-s').effects
    expect(effect).toMatchObject({
      kind: 'publish',
      message: {
        channel: 'zigbee2mqtt/living room',
        payload: Buffer.from('{"state":"OFF","brightness":200}')
      }
    })
  })

  it('copies the name and the payload', () => {
    const browser = house().press('end', 'c', 'v')
    const copied = browser.effects.map((effect) =>
      effect.kind === 'copy' ? Buffer.from(effect.bytes).toString() : ''
    )
    expect(copied).toEqual(['zigbee2mqtt/living room', '{"state":"ON","brightness":220}'])
  })

  it('says why a level that is no channel has no tabs', () => {
    const browser = onZigbee()
    expect(browser.press('4').screen).toContain('a level with channels below')
    expect(browser.press('down', '4').screen).not.toContain('a level with channels below')
  })

  it('asks for the file of a recording, and offers a name', () => {
    const browser = house().press('end', 'r')
    expect(browser.screen).toContain(
      'record zigbee2mqtt/living room to file: recording-20261123-120100.jsonl'
    )
    browser.press('ctrl-u').type('x.jsonl').press('enter')
    expect(browser.effects).toEqual([
      { kind: 'record', patterns: ['zigbee2mqtt/living room'], file: 'x.jsonl' }
    ])
  })

  it('asks for the file of an export', () => {
    expect(house().press('e', 'enter').effects).toEqual([{ kind: 'export', file: 'asyncapi.yaml' }])
    expect(house().press('e', 'escape').effects).toEqual([])
    expect(house().press('e', 'ctrl-u', 'enter').screen).toContain('no file was named')
  })

  it('clears retained messages only after a y', () => {
    for (const key of ['n', 'enter', 'escape', 'q', 'x'])
      expect(onZigbee().press('x', key).effects).toEqual([])
    const [effect] = onZigbee().press('x', 'y').effects
    expect(effect).toMatchObject({ kind: 'clear', messages: [{ channel: 'zigbee2mqtt/bridge/state' }] })
  })

  it('clears only what a filter shows', () => {
    const retained = ['a/1', 'a/2'].map((channel) => messageAt(1, channel, 'x', { mqtt: { retain: true } }))
    const browser = new BrowserInTest(catalogueOf(retained))
      .press('f')
      .type('2')
      .press('enter', 'home', 'x', 'y')
    expect(browser.effects).toMatchObject([{ messages: [{ channel: 'a/2' }] }])
  })

  it('puts the value back that the broker had kept, not one that came live', () => {
    const messages = [messageAt(1, 'a', 'kept', { mqtt: { retain: true } }), messageAt(2, 'a', 'live')]
    const [effect] = new BrowserInTest(catalogueOf(messages)).press('x', 'y').effects
    expect(effect).toMatchObject({ messages: [{ payload: Buffer.from('kept') }] })
  })

  it('says that there is nothing to clear, or to put back', () => {
    expect(house().press('end', 'x').screen).toContain('no retained message was seen here')
    expect(house().press('u').screen).toContain('nothing was cleared in this session')
  })

  it('takes back the last clearing first', () => {
    const browser = house()
    const { latest } = browser.catalogue.channels[0] ?? {}
    if (!latest) throw new Error('the house has no channel')
    const later = { ...latest, sequence: 2 }
    browser.happen({ kind: 'cleared', messages: [latest], text: 'cleared 1', tone: 'good' })
    browser.happen({ kind: 'cleared', messages: [later], text: 'cleared 1', tone: 'good' })
    browser.press('u')
    expect(browser.effects).toEqual([{ kind: 'restore', messages: [later] }])
    browser.happen({ kind: 'restored', text: 'put back 1', tone: 'good' })
    expect(browser.press('u').effects[1]).toEqual({ kind: 'restore', messages: [latest] })
  })

  it('says what is not possible without a broker', () => {
    const browser = new BrowserInTest(
      catalogueOf(houseMessages()),
      { columns: 80, rows: 24 },
      NOON + 60 * SECOND,
      {}
    )
    for (const key of ['p', 's', 'r', 'x']) expect(browser.press(key).screen).toContain('there is no broker')
    expect(browser.press('e').screen).toContain('cannot be exported')
    expect(browser.effects).toEqual([])
  })

  it('does nothing but say so while there is no channel', () => {
    for (const key of ['c', 'v', 'x', '[']) {
      const browser = new BrowserInTest(catalogueOf([])).press(key)
      expect(browser.screen).toContain('no channel is selected')
      expect(browser.effects).toEqual([])
    }
  })

  it('takes a notice away after a while, or with the next key', () => {
    const browser = house().press('u')
    browser.now += 6 * SECOND
    browser.happen({ kind: 'tick' })
    expect(browser.screen).not.toContain('nothing was cleared')
  })
})

describe('the keys', () => {
  const bindings = BINDINGS.flatMap((group) => group.bindings)

  it('each mean one thing', () => {
    const keys = bindings.flatMap((binding) => binding.keys)
    expect(new Set(keys).size).toBe(keys.length)
    for (const { keys, command } of bindings)
      for (const name of keys) expect(commandOf({ name })).toBe(command)
  })

  it('are all in the help', () => {
    const help = new BrowserInTest(catalogueOf([]), { columns: 100, rows: 70 }).press('h').screen
    for (const binding of bindings) expect(help).toContain(binding.help)
  })

  it('are told on pages, which Space turns', () => {
    const browser = house().press('?')
    const foot = () => browser.lines.at(-1)?.trim()
    expect(foot()).toBe('1/4   Space next page   ↑ ↓ scroll   any other key: back')
    browser.press('space')
    expect(foot()).toMatch(/^2\/4/)
    browser.press('space')
    expect(browser.screen).toContain('y         copy the value at the cursor')
    browser.press('space', 'space', 'space')
    expect(foot()).toMatch(/^4\/4/)
    expect(browser.screen).toContain('subscriber, and says so to nobody')
    browser.press('up', 'pageup', 'pageup', 'pageup')
    expect(foot()).toMatch(/^1\/4/)
    browser.model = { ...browser.model, size: { columns: 200, rows: 70 } }
    expect(foot()).toBe('any other key: back')
  })

  it('leave the help with any key that does not scroll it', () => {
    const browser = house().press('h', 'down', 'pagedown')
    expect(browser.screen).not.toContain('one line up')
    expect(browser.press('q').screen).toContain('zigbee2mqtt')
    expect(browser.effects).toEqual([])
  })

  it('always tell the way out in the last line', () => {
    for (const columns of [20, 40, 80, 200]) {
      const browser = new BrowserInTest(catalogueOf([]), { columns, rows: 24 })
      expect(browser.lines.at(-1)).toContain('q quit')
      expect(browser.lines.at(-1)).toContain('? keys')
    }
  })
})
