import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvRows } from '../../../src/core/recording/csv-rows.js'

async function rowsOf(text: string, size = 3) {
  const bytes = Buffer.from(text)
  async function* chunks() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const rows: { fields: string[]; line: number; torn: boolean }[] = []
  for await (const batch of csvRows(chunks()))
    for (const { fields, line, torn } of batch)
      rows.push({ fields: fields.map((field) => Buffer.from(field).toString()), line, torn })
  return rows
}

describe('rows of CSV', () => {
  it('come back from their text, whatever is in their fields and wherever chunks end', async () => {
    const field = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', 'ü', ' ') })
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(field, { minLength: 2, maxLength: 3 })),
        fc.integer({ min: 1, max: 9 }),
        async (rows, size) => {
          const text = rows.map((fields) => `${fields.map(quoted).join(',')}\r\n`).join('')
          expect((await rowsOf(text, size)).map(({ fields }) => fields)).toEqual(rows)
        }
      )
    )
  })

  it('say on which line they begin', async () => {
    expect((await rowsOf('a,"b\nc"\n\nd,e\n')).map(({ line }) => line)).toEqual([1, 4])
  })

  it.each(['a,b', 'a,"b', 'a,"b\n', 'a,'])(
    'count where the file ends within one, and say so: %j',
    async (text) => {
      expect(await rowsOf(`x,y\n${text}`)).toMatchObject([{ torn: false }, { torn: true, line: 2 }])
    }
  )

  it('have no line end in them outside of quotes, and any in quotes', async () => {
    expect((await rowsOf('ab\rc,"d\r\ne"\r\nf,g\n', 4)).map(({ fields, line }) => [line, ...fields])).toEqual(
      [
        [1, 'abc', 'd\r\ne'],
        [3, 'f', 'g']
      ]
    )
  })

  it('are refused where a quote that never ends would fill the memory', { timeout: 60_000 }, async () => {
    const chunk = Buffer.alloc(1 << 20, 'x')
    async function* endless() {
      yield Buffer.from('a,b\nc,"')
      for (;;) yield chunk
    }
    const read = async () => {
      for await (const rows of csvRows(endless())) expect(rows.length).toBeLessThan(2)
    }
    await expect(read()).rejects.toMatchObject({ code: 'line-too-long', details: { line: 2 } })
  })

  it('are not empty lines', async () => {
    expect(await rowsOf('\n\r\n')).toEqual([])
  })
})
