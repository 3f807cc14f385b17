import { FIELD, LENGTH_END } from './records/batch-format.js'

/** Bytes that a broker may send of a partition at first: the first messages are there soon, also over a slow network. */
const FIRST = 1024 * 1024
/** Bytes that it may send at most: in all, and of one partition. */
export const MOST = 4 * 1024 * 1024
/** Batches of which an answer should hold as many: to ask for an answer costs as much as to read a batch of a megabyte. */
const FEW = 4
/** An answer that takes more milliseconds is not to grow: over a slow network, messages would wait for others. */
const QUICK = 200

/** How much is asked for at once of each partition: more, where batches are large and come quickly. */
export class AnswerSize {
  #bytes = FIRST

  get bytes(): number {
    return this.#bytes
  }

  /**
   * An answer has come.
   * @param records what it holds of a partition, from the beginning of a batch on
   * @param took milliseconds since it was asked for
   */
  came(records: Buffer, took: number): void {
    if (took > QUICK) this.#bytes = FIRST
    else if (sizeOfFirst(records) * FEW > this.#bytes) this.#bytes = Math.min(this.#bytes * 2, MOST)
  }
}

/** Bytes of the first batch, also where only its beginning came; 0 where not even that is there. */
const sizeOfFirst = (records: Buffer): number =>
  records.length < LENGTH_END ? 0 : LENGTH_END + records.readInt32BE(FIELD.length)
