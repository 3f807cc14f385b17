import { describe, expect, it } from 'vitest'
import { parsePair } from '../../src/cli/pair.js'

describe('a NAME=VALUE', () => {
  it('is cut at its first equals sign', () => {
    expect(parsePair('a=b=c', 'header')).toEqual(['a', 'b=c'])
    expect(parsePair('a=', 'header')).toEqual(['a', ''])
  })

  it.each(['Authorization: Bearer s3cret', 'Authorization:s3cret', '=s3cret', 's3 s3cret'])(
    'that is none (%s) is refused without what may be a secret',
    (text) => {
      const refused = expect.objectContaining({
        code: 'bad-pair',
        message: expect.not.stringContaining('s3cret')
      })
      expect(() => parsePair(text, 'ws-header')).toThrow(refused)
    }
  )

  it('is named as a whole where it is a name alone', () => {
    expect(() => parsePair('source', 'header')).toThrow('cannot use "--header source": it is not NAME=VALUE')
  })
})
