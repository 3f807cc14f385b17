import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compileSearch, NOTHING } from '../../../src/ui/channel-browser/text-search.js'

const parts = async (wanted: string, text: string) =>
  (await compileSearch(wanted)).hits(text).map(({ from, to }) => text.slice(from, to))

describe('what is looked for in texts', () => {
  it('is found in any case, and exactly where it has capital letters', async () => {
    expect(await parts('on', 'On, ON, no, on')).toEqual(['On', 'ON', 'on'])
    expect(await parts('On', 'On, ON, no, on')).toEqual(['On'])
    expect(await parts('straße', 'STRAẞE İ straße')).toEqual(['STRAẞE', 'straße'])
  })

  it('is an expression between slashes, in which i ignores case', async () => {
    expect(await parts('/o[nf]/', 'on of ON')).toEqual(['on', 'of'])
    expect(await parts('/o[nf]/i', 'on of ON')).toEqual(['on', 'of', 'ON'])
    expect(await parts('/o', 'a/o')).toEqual(['/o'])
    expect(await parts('/x*/', 'axxb')).toEqual(['xx'])
  })

  it('is no expression where it cannot be read as one', async () => {
    await expect(compileSearch('/(/')).rejects.toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('"/(/"')
    })
    expect(NOTHING.matches('a') || NOTHING.hits('a').length > 0).toBe(false)
  })

  it('matches where it has hits: in order, without overlap, and each of them matches, too', async () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'A', 'b', '.', '*', 'é', 'É', '東', '👩', ' '),
      maxLength: 20
    })
    const wanted = fc.string({
      unit: fc.constantFrom('a', 'b', '.', '*', '(', '[', 'é', '👩'),
      minLength: 1,
      maxLength: 3
    })
    await fc.assert(
      fc.asyncProperty(wanted, text, async (typed, searched) => {
        const search = await compileSearch(typed)
        const hits = search.hits(searched)
        expect(search.matches(searched)).toBe(hits.length > 0)
        expect(search.matches(searched)).toBe(searched.toLowerCase().includes(typed))
        for (const [index, { from, to }] of hits.entries()) {
          expect(from).toBeGreaterThanOrEqual(hits[index - 1]?.to ?? 0)
          expect(searched.slice(from, to).toLowerCase()).toBe(typed)
        }
      })
    )
  })

  it('marks no more of one text than anybody looks at', async () => {
    expect(await parts('a', 'a'.repeat(100_000))).toHaveLength(1000)
    expect(await parts('/a/', 'a'.repeat(100_000))).toHaveLength(1000)
  })
})
