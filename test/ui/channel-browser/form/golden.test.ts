import { describe, it } from 'vitest'
import { amqpCapabilities } from '../../../../src/transport/amqp/amqp-capabilities.js'
import { mqttCapabilities } from '../../../../src/transport/mqtt/mqtt-capabilities.js'
import type { BrowserActions } from '../../../../src/ui/channel-browser/browser-actions.js'
import { BrowserInTest, catalogueOf, EVERY_ACTION, messageAt, NOON, SECOND } from '../browser-in-test.js'
import { expectScreen } from '../golden-screen.js'
import { houseMessages } from '../house.js'

const SCRIPTS =
  '{"emoji":"👩‍👩‍👧‍👦 🏳️‍🌈 🇩🇪","cjk":"温度 東京 한국어","rtl":"درجة الحرارة","hi":"क्षत्रिय तापमान"}'

const PROTECTED: BrowserActions = {
  ...EVERY_ACTION,
  compose: { capabilities: mqttCapabilities.mqtt, protectedBy: 'production' }
}

for (const size of [
  { columns: 80, rows: 24 },
  { columns: 160, rows: 48 }
]) {
  const name = (what: string) => `${what}-${size.columns}x${size.rows}`
  const house = (actions?: BrowserActions) =>
    new BrowserInTest(catalogueOf(houseMessages()), size, NOON + 60 * SECOND, actions).press('end')
  const empty = (actions?: BrowserActions) => new BrowserInTest(catalogueOf([]), size, NOON, actions)
  const scripts = (payload = SCRIPTS) =>
    new BrowserInTest(
      catalogueOf([
        messageAt(1, '家/🌡️/درجة/तापमान', payload, {
          contentType: 'application/json',
          headers: [
            ['城市', '東京 🗼'],
            ['مدينة', 'القاهرة'],
            ['शहर', 'दिल्ली']
          ]
        })
      ]),
      size
    ).press('end', 'p')

  describe(`at ${size.columns}x${size.rows}`, () => {
    it('the form begins with the message that is shown', () =>
      expectScreen(name('publish'), house().press('p')))

    it('the form is empty on an empty broker', () => expectScreen(name('publish-empty'), empty().press('p')))

    it('a payload of several lines is checked to be JSON while it is typed', () =>
      expectScreen(
        name('publish-json'),
        empty().press('p').type('lamp/1').press('tab').type('{').press('enter').type('  "on": yes')
      ))

    it('everything that is wrong is said once the user tries to publish', () =>
      expectScreen(
        name('publish-problems'),
        empty(PROTECTED).press('p').type('lamp/+').press('tab', 'tab', 'tab').type('no colon').press('ctrl-s')
      ))

    it('a protected profile asks for its name', () =>
      expectScreen(
        name('publish-protected'),
        house(PROTECTED).press('p', 'shift-tab', 'shift-tab', 'shift-tab').type('product')
      ))

    it('every script has its place in the fields', () => expectScreen(name('publish-scripts'), scripts()))

    it('the cursor is on one character of any script', () =>
      expectScreen(
        name('publish-scripts-cursor'),
        scripts().press(
          'home',
          ...Array.from({ length: 11 }, () => 'right'),
          'tab',
          'tab',
          'home',
          'up',
          'left'
        )
      ))

    it('a longer payload is scrolled', () => {
      const lines = Array.from({ length: 100 }, (_, line) => `line ${line + 1} 温度`).join('\n')
      expectScreen(name('publish-long'), scripts(lines))
    })

    it('bytes are kept as they are', () => {
      const bytes = messageAt(1, 'heatpump', Buffer.from([8, 0x12, 0xff, 0]))
      expectScreen(name('publish-bytes'), new BrowserInTest(catalogueOf([bytes]), size).press('p'))
    })

    it('a broker with other capabilities has other fields', () =>
      expectScreen(
        name('publish-amqp'),
        house({ ...EVERY_ACTION, compose: { capabilities: amqpCapabilities.amqp } }).press(
          'p',
          'tab',
          'tab',
          'tab'
        )
      ))

    it('the user is asked before what was typed is lost', () => {
      expectScreen(name('publish-anew'), house().press('p').type('x').press('ctrl-n'))
      expectScreen(name('publish-quit'), house().press('p').type('x').press('ctrl-c'))
    })

    it('the draft is kept', () =>
      expectScreen(name('publish-draft'), house().press('p').type('x').press('escape', 'p')))

    it('a stream asks for its pattern', () => {
      expectScreen(name('ask-stream'), house().press('left', 's'))
      expectScreen(name('ask-stream-wrong'), house().press('s').type('/#/b'))
    })

    it('a recording asks for its file and its pattern', () => {
      expectScreen(name('ask-record'), house().press('left', 'r'))
      expectScreen(name('ask-record-channels'), house().press('left', 'r', 'tab'))
    })

    it('an export asks for its file', () =>
      expectScreen(name('ask-export'), house().press('e').type('-温度-🌡️')))

    it('clearing with a protected profile asks for its name', () =>
      expectScreen(name('clear-protected'), house(PROTECTED).press('left', 'x').type('prod')))

    it('an empty screen says what it waits for', () => expectScreen(name('empty'), empty()))

    it('an empty screen says that the broker is away', () => {
      const browser = empty()
      browser.state = { kind: 'reconnecting', since: NOON - SECOND, reason: 'connection refused', tries: 2 }
      expectScreen(name('empty-away'), browser)
    })

    it('an empty screen of a broker that keeps no last messages says so', () =>
      expectScreen(
        name('empty-amqp'),
        new BrowserInTest(catalogueOf([], '.'), size, NOON, EVERY_ACTION, undefined, {
          patterns: ['orders.#', 'गोदाम.+'],
          user: 'ada',
          clientId: () => '',
          publishLine:
            'tidings publish orders.created hello --broker amqp://broker.example.com:5672/shop --username ada --password',
          isRetaining: false,
          isListing: false
        })
      ))

    it('an empty screen of a broker that keeps messages does not say that it keeps none', () =>
      expectScreen(
        name('empty-kafka'),
        new BrowserInTest(catalogueOf([], '.'), size, NOON, EVERY_ACTION, undefined, {
          patterns: ['orders.#'],
          clientId: () => 'tidings-1',
          publishLine:
            'tidings publish orders.created hello --create --broker kafka://broker.example.com:9092',
          isRetaining: false,
          isListing: true
        })
      ))
  })
}

describe('where there is hardly any room', () => {
  it('the form shows the field with the cursor', () => {
    const browser = new BrowserInTest(catalogueOf(houseMessages()), { columns: 30, rows: 8 }).press(
      'end',
      'p'
    )
    expectScreen('publish-30x8', browser)
    expectScreen('publish-send-30x8', browser.press('shift-tab', 'shift-tab'))
  })
})
