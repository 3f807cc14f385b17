import { readFile } from 'node:fs/promises'
import type { Manifest } from '../../src/cli/help/manifest.js'

export type { Manifest, ManifestCommand, ManifestFlag } from '../../src/cli/help/manifest.js'

/** The manifest that the build has just written. */
export async function readManifest(): Promise<Manifest> {
  return JSON.parse(await readFile('oclif.manifest.json', 'utf8'))
}
