import type { RunningRecording } from '../../core/browsing-actions.js'
import { formatByteSize } from '../../core/byte-size.js'
import type { RememberedMessage } from '../../core/catalogue/channel-entry.js'
import type { PublishReport } from '../../core/connection.js'
import { counted } from '../../core/counted.js'
import { TidingsError } from '../../core/errors.js'
import { asPublished, type Message, payloadSize, withRetain } from '../../core/message.js'
import { decodeUtf8, isUtf8 } from '../../core/utf8.js'
import { visibleText } from '../../core/visible-text.js'
import { sliceCells } from '../cell-width.js'
import { clearingMessage } from '../message-binding.js'
import type { BrowserActions } from './browser-actions.js'
import type { Effect } from './effects.js'
import type { PublishForm } from './form/publish-form.js'
import { editOutside, type OutsidePlace, streamOutside } from './outside.js'

// xterm accepts about this much base64, other terminals more.
const LARGEST_COPY = 74_000
/** Cells of what was copied that are shown. */
const LONGEST_PREVIEW = 30

/** The effects that are no matter of the browser's loop. */
type PerformedEffect = Exclude<Effect, { kind: 'quit' | 'suspend' }>

/** The effects that the broker answers. */
const PUBLISHING: readonly Effect['kind'][] = ['publish', 'clear', 'restore']

/** Performs effects, and reports their results as events. */
export class Performer {
  /** What is being recorded. */
  recording: RunningRecording | undefined
  /** A history that is being saved. */
  saving: Promise<void> = Promise.resolve()
  /** Messages that were handed to the broker, and that it has not answered. */
  unanswered = 0
  #opensRecording = false

  constructor(
    private readonly actions: BrowserActions,
    private readonly place: OutsidePlace
  ) {}

  /** Never rejects: a failure is reported as an event, too. */
  async perform(effect: PerformedEffect): Promise<void> {
    try {
      await this.#do(effect)
    } catch (error) {
      this.#say(reasonOf(error), 'bad')
    }
    if (PUBLISHING.includes(effect.kind)) this.place.tell({ kind: 'answered' })
  }

  async #do(effect: PerformedEffect): Promise<void> {
    switch (effect.kind) {
      case 'redraw':
        return this.place.screen.redraw()
      case 'mouse':
        return this.place.screen.setMouse(effect.on)
      case 'copy':
        return this.#copy(effect.bytes, effect.what)
      case 'publish':
        return this.#publish(effect.message, effect.form)
      case 'edit':
        return editOutside(effect.bytes, this.actions, this.place)
      case 'stream':
        return streamOutside(effect.pattern, this.actions, this.place)
      case 'record':
        return this.#record(effect.patterns, effect.file)
      case 'save':
        this.saving = this.#save(effect)
        return this.saving
      case 'stop-recording':
        return this.stopRecording()
      case 'export': {
        const written = await this.actions.exportCatalogue?.(effect.file)
        if (written !== undefined) this.#say(written)
        return
      }
      case 'clear':
        return this.#clear(effect.messages)
      case 'restore':
        return this.#restore(effect.messages)
    }
  }

  /** Ends the recording, if there is one. */
  async stopRecording(): Promise<void> {
    const { recording } = this
    if (!recording) return
    this.recording = undefined
    await recording.stop()
    this.#say(`recorded ${counted(recording.count())} to ${recording.file}`)
  }

  #say(text: string, tone: 'good' | 'warning' | 'bad' = 'good'): void {
    this.place.tell({ kind: 'notice', text, tone })
  }

  #copy(bytes: Uint8Array, what: string | undefined): void {
    this.place.screen.copy(bytes)
    const size = `${formatByteSize(bytes.length)}${what === undefined ? '' : ` of ${what}`}`
    if (bytes.length * 1.34 > LARGEST_COPY) this.#say(`the terminal may refuse to copy ${size}`, 'warning')
    else this.#say(`copied ${previewOf(bytes)}${size}, if the terminal allows it (OSC 52)`)
  }

  async #publish(message: Message, form: PublishForm): Promise<void> {
    const failed = (text: string, advice?: string) =>
      this.place.tell({ kind: 'not-published', form, text, advice })
    try {
      const report = await this.#send([message])
      if (report?.acknowledged === 1) return this.#say(`published to ${message.channel}`)
      const { reason, suggestion } = report?.refused[0] ?? {}
      // The reason alone is what a line of 80 columns has room for, beside the hint that the draft is kept.
      if (reason !== undefined) failed(`not published: ${reason}`, suggestion)
      else if (report) failed(outcome(report, `not published to ${message.channel}`))
    } catch (error) {
      failed(reasonOf(error), error instanceof TidingsError ? error.suggestion : undefined)
    }
  }

  async #record(patterns: readonly string[], file: string): Promise<void> {
    if (this.recording || this.#opensRecording)
      return this.#say('cannot record: another recording has begun', 'bad')
    this.#opensRecording = true
    try {
      await this.#startRecording(patterns, file)
    } finally {
      this.#opensRecording = false
    }
  }

  async #startRecording(patterns: readonly string[], file: string): Promise<void> {
    let recording: RunningRecording | undefined
    const failed = (error: unknown) => {
      // If the user stopped the recording meanwhile, `stopRecording` reports it.
      if (!recording || this.recording !== recording) return
      this.recording = undefined
      this.#say(`the recording ended after ${counted(recording.count())}: ${reasonOf(error)}`, 'bad')
      recording.stop().catch(() => undefined)
    }
    recording = await this.actions.record?.(patterns, file, failed)
    this.recording = recording
    this.#say(`recording ${patterns.join(' ')} to ${file}; r stops`)
  }

  async #save({ messages, patterns, file }: Extract<Effect, { kind: 'save' }>): Promise<void> {
    const saved = await this.actions.save?.(messages, patterns, file)
    if (!saved) return
    const cut = saved.leftOut === 0 ? '' : `${counted(saved.leftOut)} of which only the beginning is kept`
    if (saved.messages === 0) return this.#say(`nothing was saved: there are only ${cut}`, 'bad')
    const done = `saved ${counted(saved.messages)} of ${counted(saved.channels, 'channel')} to ${file}`
    this.#say(cut === '' ? done : `${done}; left out ${cut}`, cut === '' ? 'good' : 'warning')
  }

  async #clear(messages: readonly RememberedMessage[]): Promise<void> {
    const report = await this.#send(messages.map(({ channel }) => clearingMessage(channel)))
    if (!report) return
    const refused = new Set(report.refused.map(({ index }) => index))
    const cleared = messages.filter((_, index) => !refused.has(index))
    const text = outcome(report, `cleared ${cleared.length}; u puts back`)
    if (cleared.length > 0)
      this.place.tell({ kind: 'cleared', messages: cleared, text, tone: toneOf(report) })
    else this.#say(text, 'bad')
  }

  async #restore(messages: readonly RememberedMessage[]): Promise<void> {
    const whole = messages.filter((message) => payloadSize(message) === message.size)
    const report = await this.#send(whole.map((message) => withRetain(asPublished(message), true)))
    if (!report) return
    const text = outcome(report, `put back ${report.acknowledged}`)
    this.place.tell({ kind: 'restored', text, tone: toneOf(report) })
  }

  async #send(batch: readonly Message[]): Promise<PublishReport | undefined> {
    this.unanswered += batch.length
    try {
      return await this.actions.publish?.(batch)
    } finally {
      this.unanswered -= batch.length
    }
  }
}

/** The beginning of a text with a comma behind it; nothing of other bytes. */
function previewOf(bytes: Uint8Array): string {
  if (bytes.length === 0 || !isUtf8(bytes)) return ''
  const text = visibleText(decodeUtf8(bytes, 0, Math.min(bytes.length, 4 * LONGEST_PREVIEW)))
  const shown = sliceCells(text, LONGEST_PREVIEW)
  return `${shown}${shown.length < text.length ? '…' : ''}, `
}

function toneOf({ refused, unacknowledged }: PublishReport): 'good' | 'bad' {
  return refused.length + unacknowledged === 0 ? 'good' : 'bad'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function outcome({ refused, unacknowledged }: PublishReport, done: string): string {
  const reason = refused[0]?.reason
  if (reason !== undefined) return `${done}; ${refused.length} refused: ${reason}`
  return unacknowledged > 0 ? `${done}; ${unacknowledged} not acknowledged` : done
}
