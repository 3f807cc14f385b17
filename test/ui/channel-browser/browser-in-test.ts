import { ChannelCatalogue } from '../../../src/core/catalogue/channel-catalogue.js'
import type { ChannelGrammar } from '../../../src/core/channel-grammar.js'
import type { ConnectionState } from '../../../src/core/connection-state.js'
import type { Message, MqttBinding } from '../../../src/core/message.js'
import { mqttCapabilities } from '../../../src/transport/mqtt/mqtt-capabilities.js'
import type { BrowserActions } from '../../../src/ui/channel-browser/browser-actions.js'
import type { BrowserEvent } from '../../../src/ui/channel-browser/browser-event.js'
import type { WatchedSource } from '../../../src/ui/channel-browser/browser-options.js'
import type { Effect } from '../../../src/ui/channel-browser/effects.js'
import { plainText } from '../../../src/ui/channel-browser/line.js'
import { LiveWorld } from '../../../src/ui/channel-browser/live-world.js'
import { initialModel, type Model } from '../../../src/ui/channel-browser/model.js'
import type { Size } from '../../../src/ui/channel-browser/terminal.js'
import { compileSearch } from '../../../src/ui/channel-browser/text-search.js'
import { update } from '../../../src/ui/channel-browser/update.js'
import { view } from '../../../src/ui/channel-browser/view/view.js'
import type { World } from '../../../src/ui/channel-browser/world.js'
import { separatedGrammar } from '../../support/separated-grammar.js'

/** 2026-11-23 12:00:00 UTC, in microseconds. */
export const NOON = Date.UTC(2026, 10, 23, 12) * 1000
export const SECOND = 1_000_000

/** A message as it comes from a broker, `seconds` after noon. */
export function messageAt(
  seconds: number,
  channel: string,
  payload: unknown,
  { mqtt, ...more }: Partial<Omit<Message, 'mqtt'>> & { mqtt?: Partial<MqttBinding> } = {}
): Message {
  const bytes =
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload))
  return {
    channel,
    payload: bytes,
    headers: [],
    guarantee: 0,
    mqtt: { retain: false, ...mqtt },
    time: NOON + seconds * SECOND,
    ...more
  }
}

/** A catalogue with room for what a test puts in. */
export function catalogueOf(messages: readonly Message[], separator = '/'): ChannelCatalogue {
  const catalogue = new ChannelCatalogue({
    separator,
    hidden: '$',
    maxChannels: 100_000,
    maxBytes: 512 * 1024 * 1024,
    historyPerChannel: 50,
    examinedPerSecond: 100_000_000,
    startedAt: NOON
  })
  catalogue.observe(messages)
  return catalogue
}

export const EVERY_ACTION: BrowserActions = {
  publish: async (batch) => ({ acknowledged: batch.length, refused: [], unacknowledged: 0 }),
  compose: { capabilities: mqttCapabilities.mqtt },
  edit: async (bytes) => bytes,
  stream: async () => undefined,
  record: async (_patterns, file) => ({ file, count: () => 0, stop: async () => {} }),
  save: async (messages) => ({ messages: messages.length, channels: 1, leftOut: 0 }),
  exportCatalogue: async (file) => `wrote ${file}`
}

const WATCHED: WatchedSource = {
  patterns: ['#'],
  clientId: () => 'tidings-1234',
  publishLine: 'tidings publish lights/kitchen hello --broker mqtt://localhost:1883',
  isRetaining: true,
  isListing: false
}

/** The browser without its loop: keys and time go in, a model, effects and a screen come out. */
export class BrowserInTest {
  readonly effects: Effect[] = []
  readonly #live: LiveWorld
  model: Model
  state: ConnectionState = { kind: 'live', since: NOON }

  constructor(
    readonly catalogue: ChannelCatalogue,
    size: Size = { columns: 80, rows: 24 },
    public now = NOON + 60 * SECOND,
    actions: BrowserActions = EVERY_ACTION,
    grammar: ChannelGrammar = separatedGrammar(catalogue.separator),
    watched: WatchedSource | undefined = WATCHED
  ) {
    this.#live = new LiveWorld({
      catalogue,
      grammar,
      actions,
      title: 'mqtt://localhost:1883',
      state: () => this.state,
      watched
    })
    this.model = initialModel(size)
    this.happen({ kind: 'tick' })
  }

  get world(): World {
    return this.#live.at(this.model, this.now, { recording: undefined, unanswered: 0 })
  }

  happen(event: BrowserEvent): void {
    this.#live.refresh(this.model, this.now)
    const step = update(this.model, event, this.world)
    this.model = step.model
    this.effects.push(...step.effects)
    // The loop draws after events, which is when a pause takes its picture.
    this.#live.at(this.model, this.now, { recording: undefined, unanswered: 0 })
  }

  /** Presses keys by name, one after the other. */
  press(...names: string[]): this {
    for (const name of names) {
      const text = name === 'space' ? ' ' : [...name].length === 1 ? name : undefined
      this.happen({ kind: 'key', key: text === undefined ? { name } : { name, text } })
    }
    return this
  }

  /** Types a text, character by character. */
  type(text: string): this {
    return this.press(...[...text].map((character) => (character === ' ' ? 'space' : character)))
  }

  /** Takes messages in and lets the browser see them. */
  receive(...messages: Message[]): this {
    this.catalogue.observe(messages)
    this.happen({ kind: 'tick' })
    return this
  }

  /** What the loop does once the user has typed what to search for: compile it, and search to the end. */
  async search(): Promise<this> {
    const { search, scope } = this.model
    this.#live.searchFor(search === '' ? undefined : await compileSearch(search), scope)
    do this.happen({ kind: 'tick' })
    while (this.#live.isSearching)
    return this
  }

  /** The selected channel or branch. */
  get selected(): string | undefined {
    return this.model.selected
  }

  /** The paths of the lines of the tree. */
  get paths(): string[] {
    return this.world.rows(this.model).rows.map(({ node }) => node.path)
  }

  get lines(): string[] {
    return view(this.model, this.world).map(plainText)
  }

  /** The screen as text, as it is kept in a file: without blanks at the ends of lines. */
  get screen(): string {
    return `${this.lines.map((line) => line.trimEnd()).join('\n')}\n`
  }
}
