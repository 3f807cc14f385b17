import type { Receipt, Receiver } from '../../../../src/core/connection.js'
import { type ScriptedLine, settle, textOf, until } from './scripted-line.js'

/** A receiver that is at work on each batch until the test says what became of it. */
export class JudgingReceiver {
  /** What it got, batch by batch. */
  readonly batches: string[][] = []
  #finish: ((receipt: Receipt) => void) | undefined

  readonly receive: Receiver = (batch) => {
    this.batches.push(batch.map(textOf))
    return new Promise((resolve) => {
      this.#finish = resolve
    })
  }

  static on(line: ScriptedLine, ...patterns: string[]): JudgingReceiver {
    const receiver = new JudgingReceiver()
    line.exchange.addReceiver(receiver.receive, patterns.length === 0 ? ['#'] : patterns)
    return receiver
  }

  /** Waits until it is at work on its batch of this number, from 1. */
  async batch(number: number): Promise<readonly string[]> {
    await until(() => this.batches.length >= number)
    return this.batches[number - 1] ?? []
  }

  /** Ends its work, and lets everything follow that follows from that. */
  async judge(receipt?: Receipt): Promise<void> {
    const finish = this.#finish
    if (finish === undefined) throw new Error('it is not at work')
    this.#finish = undefined
    finish(receipt)
    await settle()
  }
}
