import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether this system lets a test mount a file system that only the test sees. */
export const isSmallDiskMissing =
  process.platform !== 'linux' || spawnSync('unshare', ['-rm', 'true']).status !== 0

export interface SmallDisk {
  readonly path: string
  /** The same folder for whoever does not see the disk. */
  readonly inside: string
  /** A command before another one: the other one sees the disk. */
  readonly through: readonly string[]
  /** Takes so many bytes of the disk away, or gives back what was taken. */
  fill(bytes: number): void
  free(): void
  remove(): Promise<void>
}

/** Mounts a file system of so many bytes. Only programs that run through it see it. */
export async function makeSmallDisk(bytes: number): Promise<SmallDisk> {
  const path = mkdtempSync(join(tmpdir(), 'tidings-disk-'))
  const mount = `mount -t tmpfs -o size=${bytes},mode=700 none ${path} && echo ready && exec cat`
  const holder = spawn('unshare', ['-rm', 'sh', '-c', mount], { stdio: ['pipe', 'pipe', 'inherit'] })
  await once(holder.stdout, 'data')
  const through = ['nsenter', '-t', String(holder.pid), '-U', '-m', '--preserve-credentials']
  const inside = `/proc/${holder.pid}/root${path}`
  const filler = join(inside, 'filler')
  return {
    path,
    inside,
    through,
    fill: (taken) => writeFileSync(filler, Buffer.alloc(taken)),
    free: () => rmSync(filler),
    async remove() {
      holder.stdin.end()
      await once(holder, 'close')
      rmSync(path, { recursive: true, force: true })
    }
  }
}
