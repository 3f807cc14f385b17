import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..', '..')

export interface InstalledProgram {
  /** The package's folder. */
  readonly folder: string
  /** The script to run. */
  readonly program: string
  /** The packages that npm installs beside it at users. */
  readonly packages: readonly string[]
  remove(): void
}

/** Packs the built program and puts it into a folder of its own as npm does at users, but from here and not from a registry. */
export function installProgram(): InstalledProgram {
  const place = mkdtempSync(join(tmpdir(), 'tidings-installed-'))
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', place]
  const tarball = execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim()
  const folder = join(place, 'node_modules', 'tidings')
  mkdirSync(folder, { recursive: true })
  execFileSync('tar', ['-xzf', join(place, tarball), '-C', folder, '--strip-components=1'])
  const packages = productionPackages()
  for (const path of packages)
    cpSync(join(root, 'node_modules', path), join(place, 'node_modules', path), { recursive: true })
  return {
    folder,
    program: join(folder, 'bin', 'run.js'),
    packages,
    remove: () => rmSync(place, { recursive: true, force: true })
  }
}

function productionPackages(): string[] {
  const lock: { packages: Record<string, { dev?: boolean }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8')
  )
  return Object.entries(lock.packages).flatMap(([path, { dev }]) =>
    path === '' || dev ? [] : [path.slice('node_modules/'.length)]
  )
}
