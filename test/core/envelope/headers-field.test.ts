import { describe, expect, it } from 'vitest'
import { formatEnvelope, parseEnvelope } from '../../../src/core/envelope/envelope.js'
import type { Header } from '../../../src/core/message.js'
import { textMessage } from '../../support/memory-connection.js'

const NOT_UTF8 = Buffer.from([0xff])

const write = (headers: readonly Header[]) => formatEnvelope(textMessage('a', '1', { headers }))
const read = (headers: string) =>
  parseEnvelope(Buffer.from(`{"channel":"a","payload":1,"headers":${headers}}`)).headers
const readBack = (headers: readonly Header[]) => parseEnvelope(Buffer.from(write(headers))).headers

describe('headers are written', () => {
  it('as a list of pairs if a name repeats after other names, and come back in their order', () => {
    const headers: Header[] = [
      ['b', '2'],
      ['a', '1'],
      ['b', '3']
    ]
    expect(write(headers)).toContain('"headers":[["b","2"],["a","1"],["b","3"]],')
    expect(readBack(headers)).toEqual(headers)
  })

  it('as an object if repeats of a name are adjacent; the repeats become a list', () => {
    const headers: Header[] = [
      ['b', '2'],
      ['b', '3'],
      ['a', '1']
    ]
    expect(write(headers)).toContain('"headers":{"b":["2","3"],"a":"1"},')
    expect(readBack(headers)).toEqual(headers)
  })

  it('as an object in their order, also if a name is a number or __proto__', () => {
    const headers: Header[] = [
      ['2', 'x'],
      ['__proto__', 'y'],
      ['1', 'z']
    ]
    expect(write(headers)).toContain('"headers":{"2":"x","__proto__":"y","1":"z"},')
    expect(readBack(headers)).toEqual(headers)
  })

  it('with base64 for bytes that are not UTF-8, in every form', () => {
    expect(write([['a', NOT_UTF8]])).toContain('"headers":{"a":{"base64":"/w=="}},')
    expect(
      write([
        ['a', 'text'],
        ['a', NOT_UTF8]
      ])
    ).toContain('"headers":{"a":["text",{"base64":"/w=="}]},')
    expect(
      write([
        ['a', NOT_UTF8],
        ['b', ''],
        ['a', 'text']
      ])
    ).toContain('"headers":[["a",{"base64":"/w=="}],["b",""],["a","text"]],')
    expect(readBack([['a', NOT_UTF8]])).toEqual([['a', NOT_UTF8]])
  })

  it('as text if bytes are valid UTF-8', () => {
    expect(write([['a', Buffer.from('é')]])).toContain('"headers":{"a":"é"},')
  })

  it('not at all if there are none', () => {
    expect(write([])).not.toContain('headers')
  })
})

describe('headers are read', () => {
  it.each([
    ['{"b":"2","a":["1","3"]}', 'b2 a1 a3'],
    ['[["b","2"],["a","1"],["b","3"]]', 'b2 a1 b3'],
    // JSON allows an object that repeats a name. Its author means the order.
    ['{"b":"2","a":"1","b":"3"}', 'b2 a1 b3'],
    [' { "2" : "x" ,\t"1" : [ "y" , "z" ] } ', '2x 1y 1z'],
    ['{"a":{"base64":"YQ=="}}', 'aa'],
    ['[["a",{"base64":"YQ=="}]]', 'aa'],
    ['{"a":[]}', ''],
    ['{}', ''],
    ['[]', ''],
    ['null', '']
  ])('from %s', (written, headers) => {
    expect(
      read(written)
        .map(([name, value]) => `${name}${value}`)
        .join(' ')
    ).toBe(headers)
  })

  it.each([
    ['"x"', 'field "headers" is "x": must be an object or a list of pairs'],
    ['5', 'field "headers" is 5: must be an object or a list of pairs'],
    ['["a"]', 'field "headers" is "a": must be a pair of a name and a value'],
    ['[["a"]]', 'field "headers" is ["a"]: must be a pair of a name and a value'],
    ['[["a","b","c"]]', 'field "headers" is ["a","b","c"]: must be a pair of a name and a value'],
    ['[[5,"x"]]', 'field "headers" is [5,"x"]: must be a pair of a name and a value'],
    [
      '[[{"toString":1},"x"]]',
      'field "headers" is [{"toString":1},"x"]: must be a pair of a name and a value'
    ],
    ['[["a",5]]', /^field "headers.a" is \["a",5\]: must be a string or \{"base64": "..."\}/],
    ['[["\\ud800","x"]]', /^field "headers.\\ud800" is/],
    ['[["a",["b","c"]]]', /^field "headers.a"/],
    ['{"a":null}', /^field "headers.a" is null/],
    ['{"a":{"base64":"/w="}}', /^field "headers.a" is \{"base64":"\/w="\}/],
    ['{"a":{"base64":5}}', /^field "headers.a"/],
    ['{"a":{"text":"x"}}', /^field "headers.a"/],
    ['{"a":[["b"]]}', /^field "headers.a" is \[\["b"\]\]/]
  ])('but not from %s', (written, reason) => {
    const message = typeof reason === 'string' ? reason : expect.stringMatching(reason)
    expect(() => read(written)).toThrow(
      expect.objectContaining({ kind: 'bad-input', code: 'bad-envelope', message })
    )
  })
})
