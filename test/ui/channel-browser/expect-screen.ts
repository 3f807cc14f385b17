import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'

const SCREENS = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url))

/** Compares with the screen in the file. `UPDATE_SCREENS=1` writes it, to be read before it is committed. */
export function expectScreen(name: string, { screen }: { readonly screen: string }): void {
  const file = `${SCREENS}${name}.txt`
  if (process.env.UPDATE_SCREENS === '1') {
    mkdirSync(SCREENS, { recursive: true })
    writeFileSync(file, screen)
  }
  expect(existsSync(file), `${file} exists`).toBe(true)
  expect(screen).toBe(readFileSync(file, 'utf8'))
}
