import { describe, expect, it } from 'vitest'
import { BrowserInTest, catalogueOf, messageAt } from './browser-in-test.js'

const CHANNELS = ['a/x', 'a/y', 'b']

/** Three channels, each with `hit` as its first and third message, and `miss` as its second and fourth; and one without a hit. */
async function browser(text = 'hit'): Promise<BrowserInTest> {
  const messages = ['hit', 'miss', 'hit', 'miss'].flatMap((payload, at) =>
    CHANNELS.map((channel) => messageAt(at, channel, payload))
  )
  const made = new BrowserInTest(catalogueOf([...messages, messageAt(1, 'c', 'miss')]))
  return made.press('/').type(text).press('enter').search()
}

/** Where the browser is: the channel, and the number of the message shown if it is not the latest. */
const place = ({ model }: BrowserInTest) => `${model.selected} ${model.pinned?.sequence ?? 'latest'}`

describe('jumping from hit to hit', () => {
  it('goes through the messages of a channel, then to the next channel, and from the last hit to the first', async () => {
    const made = await browser()
    const places = [place(made)]
    for (let jump = 0; jump < 6; jump++) places.push(place(made.press('n')))
    expect(places).toEqual(['a/x 3', 'a/x 1', 'a/y 3', 'a/y 1', 'b 3', 'b 1', 'a/x 3'])
    expect(made.screen).toContain('that was the last hit; this is the first')
  })

  it('goes the same way back', async () => {
    const made = await browser()
    const places = []
    for (let jump = 0; jump < 6; jump++) places.push(place(made.press('N')))
    expect(places).toEqual(['b 1', 'b 3', 'a/y 1', 'a/y 3', 'a/x 1', 'a/x 3'])
  })

  it('stops at a channel whose name matches, at its latest message', async () => {
    const made = await browser('/^a.x|hit/')
    const places = [place(made)]
    for (let jump = 0; jump < 3; jump++) places.push(place(made.press('n')))
    expect(places).toEqual(['a/x latest', 'a/x 3', 'a/x 1', 'a/y 3'])
    for (let jump = 0; jump < 3; jump++) made.press('N')
    expect(place(made)).toBe('a/x latest')
  })

  it('opens the branches that it has to, and no other', async () => {
    const made = await browser()
    made.press('home', 'left', 'end')
    expect(made.paths).toEqual(['a', 'b'])
    made.press('n', 'n', 'n')
    expect(place(made)).toBe('a/x 3')
    expect(made.paths).toEqual(['a', 'a/x', 'a/y', 'b'])
  })

  it('follows the order of the tree', async () => {
    const made = await browser()
    made.press('O', 'home')
    const places = []
    for (let jump = 0; jump < 4; jump++) places.push(place(made.press('n')))
    expect(places).toEqual(['b 3', 'b 1', 'a/y 3', 'a/y 1'])
  })

  it('leaves out what the filter hides', async () => {
    const made = await browser()
    made.press('f').type('b').press('enter')
    const places = []
    for (let jump = 0; jump < 3; jump++) places.push(place(made.press('n')))
    expect(new Set(places)).toEqual(new Set(['b 3', 'b 1']))
  })

  it('moves the cursor of a long payload to the hit', async () => {
    const long = Array.from({ length: 100 }, (_, at) => (at === 70 ? 'needle' : at))
    const made = new BrowserInTest(catalogueOf([messageAt(1, 'a', long), messageAt(1, 'b', long)]))
    await made.press('/').type('needle').press('enter').search()
    expect(made.press('n').selected).toBe('b')
    expect(made.screen).toContain('"needle",')
  })

  it('says when there is nothing to go to', async () => {
    const made = await browser('nowhere')
    expect(made.press('n').screen).toContain('there is no hit')
    const without = new BrowserInTest(catalogueOf([messageAt(1, 'a', 'x')])).press('n')
    expect(without.screen).toContain('nothing is searched for; / searches')
  })
})
