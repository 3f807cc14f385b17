/** What came in one chunk of the network's bytes. */
export interface ChunkTaken {
  /** When it came, in microseconds. */
  readonly time: number
  readonly bytes: number
  /** Messages received. */
  readonly messages: number
  /** Messages of ours that were acknowledged. */
  readonly acknowledged: number
  /** There are messages to publish that the broker takes only after it has acknowledged others. */
  readonly windowFull: boolean
}

/** Messages gather where more than 10,000 chunks a second come, the time of sleeping left out. Of fewer, a sleep gathers too few to pay. */
const QUICK_MESSAGES = 100
/** Acknowledgements that come closer together than this, in microseconds, are handed out bit by bit. */
const QUICK_ACKNOWLEDGEMENTS = 500
/** After a chunk with more bytes than this, the thread does not sleep. */
const LARGE = 8192
const MANY = 32
/** Half of the 20 messages that mosquitto has on their way at once. */
const HALF = 10

/** How long messages gather, in microseconds; Linux adds 50. Longer saves more of the processor, and adds more than 0.3 ms to a message. */
const GATHER_MESSAGES = 70
/**
 * How long acknowledgements gather, in microseconds; Linux adds 50. A longer sleep saves no more processor time, and publishes more slowly.
 */
const GATHER_ACKNOWLEDGEMENTS = 20

const cell = new Int32Array(new SharedArrayBuffer(4))
const sleep = (microseconds: number): void => {
  Atomics.wait(cell, 0, 0, microseconds / 1000)
}

/**
 * Lets messages and acknowledgements gather in the kernel where a broker sends a few at a time, as network cards coalesce interrupts.
 * Reading, writing and waking up cost ten times as much as a message. A message that comes alone never waits.
 */
export class ReadCoalescing {
  readonly #isBusy: () => boolean
  readonly #sleep: (microseconds: number) => void
  #last = Number.NEGATIVE_INFINITY
  /** How long the thread was to sleep after the last chunk. */
  #planned = 0
  #pause = 0

  /**
   * @param isBusy whether something waits for the thread; the thread then stays awake
   * @param sleepFor puts the thread to sleep for so many microseconds
   */
  constructor(isBusy: () => boolean, sleepFor = sleep) {
    this.#isBusy = isBusy
    this.#sleep = sleepFor
  }

  /** Makes the thread sleep, after the chunk's own writes, if more is about to come. */
  after(chunk: ChunkTaken): void {
    const pause = this.#pauseAfter(chunk)
    this.#last = chunk.time
    this.#planned = pause
    if (pause === 0 || this.#pause > 0) return
    this.#pause = pause
    setImmediate(this.#rest)
  }

  #pauseAfter({ time, bytes, messages, acknowledged, windowFull }: ChunkTaken): number {
    if (bytes > LARGE || messages + acknowledged > MANY) return 0
    const gap = time - this.#last
    if (messages > 0) return gap - this.#planned < QUICK_MESSAGES ? GATHER_MESSAGES : 0
    if (gap >= QUICK_ACKNOWLEDGEMENTS || !windowFull) return 0
    // With Nagle's algorithm a broker sends the first acknowledgement alone, and the others only after our answer to it.
    return acknowledged >= HALF || this.#planned === 0 ? GATHER_ACKNOWLEDGEMENTS : 0
  }

  readonly #rest = (): void => {
    const pause = this.#pause
    this.#pause = 0
    if (!this.#isBusy()) this.#sleep(pause)
  }
}
