import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { ScreenWriter } from '../../../src/ui/channel-browser/screen-writer.js'
import { view } from '../../../src/ui/channel-browser/view/view.js'
import type { BrowserInTest } from './browser-in-test.js'

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

/** What a terminal is sent for the screen: a line for each of its lines, with `␛` for escape. */
export function sent({ model, world }: BrowserInTest, colourLevel: number): string {
  const frame = new ScreenWriter(colourLevel).frame(view(model, world), model.size)
  return `${frame.replace(/\x1b\[\d+;1H\x1b\[2K/g, '\n').replaceAll('\x1b', '␛')}\n`
}
