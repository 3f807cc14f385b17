import { expect } from 'vitest'
import { lastingSubscribe } from './lasting-subscribe.js'
import type { Peer } from './scripted-broker.js'

/** Expects that stderr has one line with the failure, and at most one line with a suggestion. */
export function expectOneReason(stderr: string): void {
  const lines = stderr.trimEnd().split('\n')
  expect(lines.filter((line) => line.startsWith('Error: '))).toHaveLength(1)
  const after = lines.slice(lines.findIndex((line) => line.startsWith('Error: ')) + 1)
  expect(after.length).toBeLessThanOrEqual(1)
  for (const line of after) expect(line).toMatch(/^ {2}Try: /)
}

/** Answers a SUBSCRIBE with a code for each of its patterns. */
export async function grant(peer: Peer, ...granted: number[]): Promise<void> {
  const { messageId = 0 } = await lastingSubscribe(peer)
  peer.send({ cmd: 'suback', messageId, granted })
}
