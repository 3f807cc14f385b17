import { FIELD, HEADER_SIZE } from './records/batch-format.js'

/** Bytes that a broker may send of a partition at first: the first messages are there soon, also over a slow network. */
const FIRST = 1024 * 1024
/** Bytes that it may send at most: in all, and of one partition. */
export const MOST = 4 * 1024 * 1024
/** Bytes of a large message. Of smaller ones an answer holds many, and a larger answer would take 18 MB more memory for a twentieth of the time. */
const LARGE = 65_536
/** An answer that takes more milliseconds is not to grow: over a slow network, messages would wait for others. */
const QUICK = 200

/** How much is asked for at once of each partition: more, where messages are large and come quickly. */
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
    else if (sizeOfMessage(records) >= LARGE) this.#bytes = Math.min(this.#bytes * 2, MOST)
  }
}

/** Bytes of a message in the first batch, of which perhaps only the beginning came; 0 where not even that is there. */
function sizeOfMessage(records: Buffer): number {
  if (records.length < HEADER_SIZE) return 0
  // Compaction leaves batches without messages.
  return records.readInt32BE(FIELD.length) / Math.max(1, records.readInt32BE(FIELD.count))
}
