import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import { type PacketBroker, type PacketBrokerOptions, startPacketBroker } from './packet-broker.js'

/** The path of what tidings 0.1 has left behind. */
export const left = (name: string) => fileURLToPath(new URL(`../fixtures/v0.1/${name}`, import.meta.url))

/** Microseconds since 1970, of `2026-11-28T07:39:11.407464Z`. */
export function microseconds(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26))
}

/** Copies of fixtures, which a test may change, and brokers; both are gone after each test of a file. */
export function useVersion01(): {
  /** A folder of the test's own. */
  folder(): string
  /** A copy that only its owner may enter, as 0.1 has made it: git keeps no such permissions. */
  copyOf(name: string): string
  /** A broker that sees every packet. */
  packetBroker(options?: PacketBrokerOptions): Promise<PacketBroker>
} {
  const folders: string[] = []
  const brokers: PacketBroker[] = []
  afterEach(async () => {
    for (const broker of brokers.splice(0)) await broker.close()
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
  })
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'tidings-0.1-'))
    folders.push(made)
    return made
  }
  return {
    folder,
    copyOf(name) {
      const copy = join(folder(), 'copy')
      cpSync(left(name), copy, { recursive: true })
      chmodSync(copy, 0o700)
      return copy
    },
    async packetBroker(options) {
      const broker = await startPacketBroker(options)
      brokers.push(broker)
      return broker
    }
  }
}
