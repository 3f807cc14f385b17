import { describe, expect, it } from 'vitest'
import { NONE } from '../../../src/ui/channel-browser/model.js'
import { layTreeOut } from '../../../src/ui/channel-browser/tree-rows.js'
import { BrowserInTest, catalogueOf, messageAt } from './browser-in-test.js'

function browserOf(...channels: string[]): BrowserInTest {
  const messages = channels.map((channel) => messageAt(1, channel, 'x'))
  return new BrowserInTest(catalogueOf(messages, '.'))
}

describe('the browser of channels whose levels a dot divides', () => {
  it('shows their levels as a tree, in which a slash is a character like any other', () => {
    const browser = browserOf('a.x', 'a.y/z.w', 'b/c', '.d')
    expect(browser.paths).toEqual(['.d', 'a', 'a.x', 'a.y/z.w', 'b/c'])
    expect(browser.screen).toMatch(/ {4}y\/z\.w /)
    expect(browser.screen).toMatch(/ \(empty\)\.d /)
  })

  it('keeps the selection on a line that other levels come to share', () => {
    const browser = browserOf('a.b.c', 'z')
    expect(browser.paths).toEqual(['a.b.c', 'z'])
    browser.receive(messageAt(2, 'a.d', 'x'))
    expect(browser.paths).toEqual(['a', 'a.b.c', 'a.d', 'z'])
    expect(browser.selected).toBe('a.b.c')
  })

  it('selects the branch that hides what was selected once that is closed', () => {
    const browser = browserOf('a.x.1', 'a.x.2', 'a.y', 'b').press('down', 'down')
    expect(browser.selected).toBe('a.x.1')
    expect(browser.press('-').selected).toBe('a')
    expect(browser.paths).toEqual(['a', 'b'])
  })

  it('finds a channel in the closed branch that hides it', () => {
    const browser = browserOf('a.x', 'a.y', 'b.x.1', 'b.x.2')
    const { indexOf } = layTreeOut(browser.world.tree, { expanded: NONE, closed: NONE })
    expect(['b.x.1', 'b', 'b/x', 'c'].map(indexOf)).toEqual([1, 1, -1, -1])
  })

  it('opens the branches above what a filter has found, also once the filter has gone', () => {
    const browser = browserOf('a.x.1', 'a.x.2', 'a.y', 'b').press('-', 'f').type('x.2').press('enter')
    expect(browser.selected).toBe('a.x.2')
    browser.press('escape')
    expect(browser.selected).toBe('a.x.2')
    expect(browser.paths).toEqual(['a', 'a.x', 'a.x.1', 'a.x.2', 'a.y', 'b'])
  })

  it('subscribes to, and records, everything below a branch', () => {
    const browser = browserOf('a.x', 'a.y').press('s', 'enter', 'r', 'enter')
    expect(browser.effects).toMatchObject([
      { kind: 'stream', pattern: 'a.#' },
      { kind: 'record', patterns: ['a.#'] }
    ])
  })

  it('stands still while it is paused', () => {
    const browser = browserOf('a.x.1', 'a.y').press('space')
    expect(browser.receive(messageAt(2, 'a.z', 'x')).paths).toEqual(['a', 'a.x.1', 'a.y'])
    expect(browser.press('down').selected).toBe('a.x.1')
  })

  it('shares the deepest levels of a channel with thousands of levels', () => {
    const deep = `top.${'x.'.repeat(30_000)}end`
    const browser = browserOf(deep, 'top.y').press('*', 'down')
    expect(browser.press('s', 'enter').effects).toEqual([{ kind: 'stream', pattern: deep }])
  })
})
