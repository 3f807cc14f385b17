import type { RefusalReason } from '../../core/connection.js'
import { sinceBoot } from '../clock/since-boot.js'
import type { ProducedPartition } from './api/produce.js'
import type { Cluster } from './cluster.js'
import { ERROR, errorWords, isPassing } from './error-codes.js'
import type { Asker } from './missing-right.js'
import { placeOf } from './partition-name.js'
import type { PartitionQueue, PendingBatch } from './partition-queue.js'
import type { ProducerIdentityHolder } from './producer-identity.js'
import { closedOn, refusal } from './publish-refusals.js'

/** Milliseconds for which brokers may say that they cannot take a batch at present, before that counts as a refusal. */
const PATIENCE = 10_000
/** So often in a row the network connection may end while one message of this size alone is on its way, before the message counts as the reason. */
const LOSSES = 5
const LARGE = 1_000_000

/** A batch on its way, with the queue that it came from. */
export interface Outgoing {
  readonly queue: PartitionQueue
  readonly batch: PendingBatch
}

/** What an answer may change besides the batch. */
interface World {
  readonly cluster: Pick<Cluster, 'troubles' | 'asker'>
  readonly identity: ProducerIdentityHolder
}

/** Settles a batch by its answer, or lets it wait again. Returns whether the cluster has to be looked at anew. */
export function settleBatch(
  { queue, batch }: Outgoing,
  { error, message, records }: ProducedPartition,
  { cluster, identity }: World
): boolean {
  const { troubles } = cluster
  queue.sending = undefined
  batch.losses = 0
  if (error === ERROR.none || error === ERROR.duplicateSequence) {
    if (troubles.areAny) troubles.over(publishTo(queue))
    for (const { open, count } of batch.runs) open.acknowledge(count)
    batch.records.release()
    return false
  }
  if (isWorthWaiting(error, batch)) {
    troubles.met(publishTo(queue), errorWords(error))
    queue.waiting.unshift(batch)
    return true
  }
  const { count } = batch.records
  const now = Date.now()
  queue.forgetSequence(batch)
  if (isTooLarge(error) && count > 1) {
    queue.putBack(batch.runs, batch.guarantee, now, Math.ceil(count / 2))
    return false
  }
  if (isForgotten(error)) {
    identity.renew()
    queue.putBack(batch.runs, batch.guarantee, now)
    return true
  }
  const wrong = new Map(records.map((each) => [each.index, each.message]))
  const published = { topic: queue.topic, asker: cluster.asker }
  const reasonFor = (words: string | null) => refusal(error, words, published)
  if (wrong.size === 0 || wrong.size === count) refuseAll(batch, (at) => reasonFor(wrong.get(at) ?? message))
  else refuseSome(queue, batch, (at) => reasonFor(wrong.get(at) ?? null), wrong)
  return false
}

/** A batch of QoS 0 has more bytes than its topic takes, which no broker would answer: it is divided, or its only message is refused. */
export function divideLarge({ queue, batch }: Outgoing, asker: Asker): void {
  const { count } = batch.records
  queue.sending = undefined
  if (count > 1) queue.putBack(batch.runs, batch.guarantee, Date.now(), count - 1)
  else refuseAll(batch, () => refusal(ERROR.messageTooLarge, null, { topic: queue.topic, asker }))
}

/** The network took the batch away, or never had it. A message of QoS 0 is sent at most once, and was given up. */
export function returnUnsent({ queue, batch }: Outgoing): void {
  if (queue.sending !== batch) return
  queue.sending = undefined
  const { count, size } = batch.records
  if (batch.losses >= LOSSES && count === 1 && size > LARGE) {
    queue.forgetSequence(batch)
    refuseAll(batch, () => closedOn(size))
  } else if (batch.guarantee !== 0 || batch.sealed === undefined) queue.waiting.unshift(batch)
}

/** @param reasonFor why the record at a place of the batch is refused */
export function refuseAll({ runs }: PendingBatch, reasonFor: (at: number) => RefusalReason): void {
  let at = 0
  for (const { open, index, count } of runs)
    for (let each = index; each < index + count; each++) open.refuse(each, reasonFor(at++))
}

/** What is done with a batch, as it follows "cannot". */
export const publishTo = (queue: PartitionQueue): string => `publish to ${placeOf(queue)}`

/** The broker has named the records that it does not take, and has taken none: the others are sent again. */
function refuseSome(
  queue: PartitionQueue,
  { runs, guarantee }: PendingBatch,
  reasonFor: (at: number) => RefusalReason,
  wrong: ReadonlyMap<number, string | null>
): void {
  let at = 0
  const others = []
  for (const { open, index, count } of runs)
    for (let each = index; each < index + count; each++, at++)
      if (wrong.has(at)) open.refuse(each, reasonFor(at))
      else others.push({ open, index: each, count: 1 })
  queue.putBack(others, guarantee, Date.now())
}

/** Whether the same batch may be taken later. A topic that the broker does not know may be known to it soon, or be gone. */
function isWorthWaiting(error: number, batch: PendingBatch): boolean {
  if (!isPassing(error) && error !== ERROR.unknownTopicOrPartition) return false
  batch.troubledSince ??= sinceBoot()
  return !mayLast(error) || sinceBoot() - batch.troubledSince <= PATIENCE
}

export const isTooLarge = (error: number): boolean =>
  error === ERROR.messageTooLarge || error === ERROR.recordListTooLarge

/** Errors that pass, or that nobody but a person can mend. */
const mayLast = (error: number): boolean =>
  error === ERROR.corruptMessage ||
  error === ERROR.unknownTopicOrPartition ||
  error === ERROR.notEnoughReplicas ||
  error === ERROR.notEnoughReplicasAfterAppend ||
  error === ERROR.kafkaStorageError

/** The broker does not know the producer any more, or not its last batch. */
const isForgotten = (error: number): boolean =>
  error === ERROR.outOfOrderSequence || error === ERROR.unknownProducerId
