import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { syncFolder } from '../../src/files/sync-folder.js'

const openFiles = () => readdirSync('/proc/self/fd').length

describe.runIf(process.platform === 'linux')('a folder that is synced', () => {
  it('is closed again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tidings-sync-'))
    const before = openFiles()
    syncFolder(join(folder, 'file'))
    expect(openFiles()).toBe(before)
    rmSync(folder, { recursive: true })
  })

  it('is closed again, and nothing fails, where the system cannot sync it', () => {
    const before = openFiles()
    // The kernel refuses to sync a folder of processes (EINVAL).
    syncFolder('/proc/file')
    syncFolder('/no/such/folder/file')
    expect(openFiles()).toBe(before)
  })
})
