import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { type CatalogueOptions, ChannelCatalogue } from '../../../src/core/catalogue/channel-catalogue.js'
import { BrowserInTest, messageAt, NOON, SECOND } from './browser-in-test.js'
import { houseMessages } from './house.js'

const SCREENS = fileURLToPath(new URL('../../fixtures/screens/', import.meta.url))

/** Compares with the screen in the file. `UPDATE_SCREENS=1` writes it, to be read before it is committed. */
function expectScreen(name: string, { screen }: BrowserInTest): void {
  const file = `${SCREENS}${name}.txt`
  if (process.env.UPDATE_SCREENS === '1') writeFileSync(file, screen)
  expect(existsSync(file), `${file} exists`).toBe(true)
  expect(screen).toBe(readFileSync(file, 'utf8'))
}

const AMPLE: CatalogueOptions = {
  separator: '/',
  hidden: '$',
  maxChannels: 100_000,
  maxBytes: 160 * 1024 * 1024,
  historyPerChannel: 100,
  examinedPerSecond: 500_000,
  keptPerSecond: 2000,
  startedAt: NOON
}

/** The browser after a minute of the house, in which a sensor sent a thousand messages at once. */
function busyHouse(columns: number, rows: number, bounds: Partial<CatalogueOptions> = {}): BrowserInTest {
  const browser = new BrowserInTest(new ChannelCatalogue({ ...AMPLE, ...bounds }), { columns, rows }, NOON)
  for (let second = 0; second <= 60; second++) {
    browser.now = NOON + second * SECOND
    browser.receive(
      ...houseMessages().filter(({ time }) => Math.floor(((time ?? 0) - NOON) / SECOND) === second)
    )
    if (second === 30)
      browser.receive(
        ...Array.from({ length: 1000 }, (_, n) => messageAt(30, 'plant/sensor', { n, celsius: 20 + (n % 7) }))
      )
  }
  return browser.press('home')
}

describe('the screen of the channel browser under load', () => {
  beforeAll(() => {
    // Times of day are shown where the user is; the files were made at Greenwich.
    process.env.TZ = 'UTC'
  })

  for (const [columns, rows] of [
    [80, 24],
    [160, 48]
  ] as const) {
    const size = `${columns}x${rows}`
    it(`says how long the broker has been away, why, and how often it was tried to connect again at ${size}`, () => {
      const browser = busyHouse(columns, rows)
      browser.state = {
        kind: 'reconnecting',
        since: NOON + 48 * SECOND,
        reason: 'connection refused',
        tries: 4
      }
      expectScreen(`reconnecting-${size}`, browser)
    })

    it(`says that the connection is lost for good at ${size}`, () => {
      const browser = busyHouse(columns, rows)
      browser.state = {
        kind: 'ended',
        since: NOON + 48 * SECOND,
        reason: 'another client took the session over'
      }
      expectScreen(`ended-${size}`, browser)
    })

    it(`says how many messages came on channels beyond the limit at ${size}`, () => {
      expectScreen(`beyond-limit-${size}`, busyHouse(columns, rows, { maxChannels: 4 }))
    })

    it(`says what share of the messages was looked into at ${size}`, () => {
      expectScreen(
        `sampling-${size}`,
        busyHouse(columns, rows, { examinedPerSecond: 3000, keptPerSecond: 100 })
      )
    })

    it(`says that the memory is full at ${size}`, () => {
      expectScreen(`memory-full-${size}`, busyHouse(columns, rows, { maxBytes: 40_000 }))
    })

    it(`says all of that together at ${size}`, () => {
      const bounds = { maxChannels: 5, maxBytes: 40_000, examinedPerSecond: 20, keptPerSecond: 1 }
      const browser = busyHouse(columns, rows, bounds)
      browser.state = {
        kind: 'reconnecting',
        since: NOON + 48 * SECOND,
        reason: 'connection refused',
        tries: 4
      }
      expectScreen(`all-limits-${size}`, browser)
    })
  }
})
