import { chmodSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach } from 'vitest'
import { type PacketBroker, type PacketBrokerOptions, startPacketBroker } from './packet-broker.js'

/** The path of a fixture that tidings 0.1 has left behind. */
export const left = (name: string) => fileURLToPath(new URL(`../fixtures/v0.1/${name}`, import.meta.url))

/** Microseconds since 1970, of `2026-11-28T07:39:11.407464Z`. */
export function microseconds(time: string): number {
  return Date.parse(`${time.slice(0, 19)}Z`) * 1000 + Number(time.slice(20, 26))
}

/** Copies of fixtures that a test may change, and brokers. Both are removed after each test of a file. */
export function useVersion01(): {
  /** Makes a folder for the test. */
  folder(): string
  /** Makes a copy that only its owner may enter, as with 0.1: git does not keep such permissions. */
  copyOf(name: string): string
  /** Starts a broker that sees every packet. */
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
