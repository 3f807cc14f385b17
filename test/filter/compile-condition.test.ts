import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { TidingsError } from '../../src/core/errors.js'
import type { Message } from '../../src/core/message.js'
import { compileCondition } from '../../src/filter/compile-condition.js'

const RULES = { separator: '/' }

const message = (payload: string | Uint8Array | null, facts: Partial<Message> = {}): Message => ({
  channel: 'device/7/temp',
  payload: typeof payload === 'string' ? Buffer.from(payload) : payload,
  headers: [],
  ...facts
})
const isMet = (expression: string, of: Message) => compileCondition(expression)(RULES).isMet(of)
/** Why the expression cannot judge the message. */
const reasonOf = (expression: string, of: Message) => {
  const condition = compileCondition(expression)(RULES)
  expect(condition.isMet(of)).toBe(false)
  return condition.unjudged.reasons[0]?.[0]
}
const failureOf = (expression: string): TidingsError => {
  try {
    compileCondition(expression)(RULES)
  } catch (error) {
    if (error instanceof TidingsError) return error
  }
  throw new Error(`${expression} was taken`)
}

describe('what an expression names', () => {
  it.each([
    [`channel == 'device/7/temp'`, message('')],
    [`channel.startsWith('device/') && levels[1] == '7' && size(levels) == 3`, message('')],
    ['payload.temp > 30', message('{"temp":31}')],
    ['payload["temp"] > 30', message('{"temp":31}')],
    [`payload.a.b[1] == 'x'`, message('{"a":{"b":[1,"x"]}}')],
    ['payload == 5', message(' 5 ')],
    ['payload == null', message(null)],
    [`payload == ''`, message('')],
    [`payload.contains('err')`, message('an error')],
    [`payload == b'\\xff\\x00'`, message(Uint8Array.of(255, 0))],
    [`headers.source == 'web'`, message('', { headers: [['source', 'web']] })],
    [
      `headers['x-a'] == ['1', '2'] && headers.b == b'\\xff'`,
      message('', {
        headers: [
          ['x-a', '1'],
          ['b', Uint8Array.of(255)],
          ['x-a', '2']
        ]
      })
    ],
    [`key == 'k'`, message('', { key: 'k' })],
    ['key == null && contentType == null && time == null', message('')],
    [`contentType.startsWith('application/')`, message('', { contentType: 'application/json' })],
    ['size == 3', message('abc')],
    ['retain', message('', { mqtt: { retain: true } })],
    ['!retain && !dup', message('')],
    ['qos == 2', message('', { guarantee: 2 })],
    ['expiry < 2.0', message('', { expiry: 1.5 })],
    [
      `responseChannel == 'a' && correlation == b'\\x01'`,
      message('', { responseChannel: 'a', correlation: Uint8Array.of(1) })
    ],
    [`time > timestamp('2026-01-01T00:00:00Z')`, message('', { time: Date.UTC(2026, 0, 2) * 1000 })],
    [
      `time - sourceTime > duration('5s')`,
      message('', { time: Date.UTC(2026, 0, 2) * 1000, sourceTime: Date.UTC(2026, 0, 2) * 1000 - 6_000_000 })
    ],
    [
      `time == timestamp('2026-01-02T00:00:00.000001Z')`,
      message('', { time: Date.UTC(2026, 0, 2) * 1000 + 1 })
    ],
    ['kafka.partition == 3 && mqtt == null', message('', { kafka: { partition: 3, offset: 1 } })],
    [`amqp.exchange == 'x'`, message('', { amqp: { exchange: 'x', priority: undefined } })],
    [
      'mqtt.subscriptionIds.exists(id, id == 4)',
      message('', { mqtt: { retain: false, subscriptionIds: [4] } })
    ]
  ])('%s', (expression, of) => {
    expect(isMet(expression, of)).toBe(true)
    expect(isMet(`!(${expression})`, of)).toBe(false)
  })

  it('is the member of a payload that is meant, however its name is spelt, and however often it is named', () => {
    const of = message('{"a.b":1,"a":{"b":2,"c":null},"":3}')
    expect(isMet('payload["a.b"] == 1 && payload.a.b == 2 && payload["a"]["b"] == 2', of)).toBe(true)
    expect(isMet('payload.a.b == 2 && payload.a.b < 3 && payload.a.c == null && payload[""] == 3', of)).toBe(
      true
    )
    expect(isMet('payload.a == {"b": 2, "c": null} && size(payload) == 3', of)).toBe(true)
  })

  it('is divided into levels as its protocol does', () => {
    const condition = compileCondition(`levels == ['queue/a.b', 'c']`)({
      separator: '.',
      isLiteral: (text) => text.startsWith('queue/')
    })
    expect(condition.isMet(message('', { channel: 'x.c' }))).toBe(false)
    expect(
      compileCondition(`levels == ['x', 'c']`)({ separator: '.' }).isMet(message('', { channel: 'x.c' }))
    ).toBe(true)
  })
})

describe('numbers', () => {
  it('that are whole stay exact beyond 2^53', () => {
    const of = message('{"id":9007199254740993}')
    expect(isMet('payload.id == 9007199254740993', of)).toBe(true)
    expect(isMet('payload.id == 9007199254740992', of)).toBe(false)
    expect(isMet('payload.id > 9007199254740992', of)).toBe(true)
  })

  it('may be whole or decimal in any calculation and comparison', () => {
    for (const temp of ['31', '31.0', '3.1e1']) {
      const of = message(`{"temp":${temp}}`)
      expect(isMet('payload.temp * 1.8 + 32 > 87.7 && payload.temp * 1.8 + 32 < 87.9', of)).toBe(true)
      expect(
        isMet('payload.temp - 0.5 == 30.5 && 62.0 / payload.temp == 2.0 && 0.5 + payload.temp == 31.5', of)
      ).toBe(true)
      expect(
        isMet('payload.temp % 2 == 1 && payload.temp % 2.5 == 1.0 && 63.0 % payload.temp == 1', of)
      ).toBe(true)
      expect(isMet('payload.temp == 31 && payload.temp >= 31.0 && payload.temp <= 31', of)).toBe(true)
    }
  })

  it('compare as they do in JavaScript', () => {
    const whole = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
    fc.assert(
      fc.property(whole, whole, (one, other) => {
        const of = message(
          JSON.stringify({ one: '@', other: '#' }).replace('"@"', String(one)).replace('"#"', String(other))
        )
        expect(isMet('payload.one < payload.other', of)).toBe(one < other)
        expect(isMet('payload.one == payload.other', of)).toBe(one === other)
      }),
      { numRuns: 30 }
    )
  })
})

describe('a message that cannot be judged', () => {
  it.each([
    ['payload.temp > 30', message('{}'), 'no field "temp"'],
    ['payload.temp > 30', message('text'), 'no field "temp"'],
    ['payload.temp > 30', message(null), 'no field "temp"'],
    ['payload.temp > 30', message('[1]'), 'no field "temp"'],
    ['payload.a.b.c == 1', message('{"a":{"b":{}}}'), 'no field "c"'],
    ['payload.temp > 30', message('{"temp":"31"}'), '">" does not apply to string and int'],
    ['payload.temp > 30', message('{"temp":null}'), '">" does not apply to null and int'],
    ['payload[3] == 1', message('[1]'), 'no element 3'],
    ['payload.flag', message('{"flag":"yes"}'), 'string where true or false is needed'],
    [
      'payload.flag && retain',
      message('{"flag":1}', { mqtt: { retain: true } }),
      'int where true or false is needed'
    ],
    ['1 / payload > 0', message('0'), 'division by zero'],
    ['key.startsWith("a")', message(''), '"startsWith" does not apply to null and string'],
    ['payload.all(x, x > 3)', message('7'), 'int where a list or map is needed'],
    ['payload in [1] in [true]', message('x'.repeat(3)), undefined],
    ['headers.source == "web"', message(''), 'no field "source"'],
    ['payload.matches(key)', message('a', { key: '(' }), 'a bad regular expression: missing closing ): `(`'],
    ['timestamp(payload) < time', message('soon', { time: 0 }), 'a text is no time'],
    ['duration(payload) < duration("1s")', message('soon'), 'a text is no duration'],
    ['payload.a % "2" == 0', message('{"a":4.0}'), '"%" does not apply to double and string'],
    ['bool(payload)', message('maybe'), 'a text is neither true nor false'],
    ['int(payload) > 3', message('12a'), 'a text is no whole number'],
    [
      'payload.x == 1',
      message(`{"x":${'['.repeat(300)}${']'.repeat(300)}}`),
      'the JSON of the payload is nested too deeply'
    ]
  ])('by %s does not meet it', (expression, of, reason) => {
    expect(reasonOf(expression, of)).toBe(reason)
  })

  it('is counted, by the reason, the most frequent one first', () => {
    const condition = compileCondition('payload.temp > 30')(RULES)
    for (const payload of ['{}', '{"temp":"a"}', '{"temp":31}', 'text', '{"temp":1}'])
      condition.isMet(message(payload))
    expect(condition.unjudged).toMatchObject({
      count: 3,
      reasons: [
        ['no field "temp"', 2],
        ['">" does not apply to string and int', 1]
      ]
    })
  })

  it.each([
    ['payload.room-1 == 4', message('{"room-1":4}'), ['the member "room-1" is payload["room-1"]']],
    ['headers.source == null', message(''), ['to ask whether it is there, write !has(headers.source)']],
    ['payload.a.b != null', message('{"a":{}}'), ['to ask whether it is there, write has(payload.a.b)']],
    ['headers["x-id"] == null', message(''), ['to ask whether it is there, write !("x-id" in headers)']],
    ['payload.tmp > 30', message('{"temp":31}'), ['did you mean "temp"?']],
    ['payload.list[0].nmae == "x"', message('{"list":[{"name":"x"}]}'), ['did you mean "name"?']],
    ['headers.sorce == "web"', message('', { headers: [['source', 'web']] }), ['did you mean "source"?']],
    ['payload.temp > 0', message('{"data":{"temp":1}}'), ['did you mean "payload.data.temp"?']],
    [
      'payload.temp > 0',
      message('[{"the data":{"temp":1}}]'),
      ['did you mean "payload[0]["the data"].temp"?']
    ],
    [
      'payload.reading.device == ""',
      message('{"reading":{},"device":""}'),
      ['did you mean "payload.device"?']
    ],
    ['payload.reading.device == ""', message('{"reading":{"a":{"devise":""}},"devise":""}'), []],
    ['payload.reading.devise == ""', message('{"reading":{"device":""}}'), ['did you mean "device"?']],
    ['headers.temp == "1"', message('{"temp":1}'), ['did you mean "payload.temp"?']],
    ['headers.temp == "1"', message('{"tmp":1}'), []],
    ['payload.temp == 1', message('{}', { headers: [['temp', '1']] }), ['did you mean "headers.temp"?']],
    ['payload.all(x, x.temp > 0)', message('[{"temp":1},{"b":{}}]'), []],
    ['payload.humidity > 30', message('{"temp":31}'), []],
    ['payload.tmp > 30', message('temp'), []]
  ])('by %s is answered with what was meant', (expression, of, hints) => {
    const condition = compileCondition(expression)(RULES)
    expect(condition.isMet(of)).toBe(false)
    expect(condition.unjudged.hints).toEqual(hints)
  })

  it('by a name with a dash is refused, with what was meant, where a part of it is no name', () => {
    expect(failureOf('retain || headers.x-request-id == "a"')).toMatchObject({
      message: 'cannot use --where: there is no name "request"',
      suggestion: 'the member "x-request-id" is headers["x-request-id"]'
    })
  })

  it('beside others that match has no wrong names', () => {
    const condition = compileCondition('payload.temp > 30')(RULES)
    condition.isMet(message('{"tmp":31}'))
    condition.isMet(message('{"temp":31}'))
    expect(condition.unjudged.hints).toEqual([])
  })

  it('is looked at for names within bounds, whatever it holds', () => {
    const hostile = fc.oneof(fc.json(), fc.string(), fc.constant(`[${'{"a":1},'.repeat(9000)}1]`))
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), hostile, (name, payload) => {
        const condition = compileCondition('headers[key] == 1')(RULES)
        condition.isMet(message(payload, { key: name, headers: [[`${name}\u001b`, 'x']] }))
        expect(condition.unjudged.count).toBe(1)
        for (const hint of condition.unjudged.hints ?? []) expect(hint).not.toContain('\u001b')
      })
    )
  })

  it('is asked for by has, and then is judged', () => {
    const condition = compileCondition('has(payload.a.b) && payload.a.b > 1')(RULES)
    expect(condition.isMet(message('{"a":{"b":2}}'))).toBe(true)
    expect(condition.isMet(message('{"a":{}}'))).toBe(false)
    expect(condition.unjudged.count).toBe(0)
  })

  it('does not fill the memory with reasons that it makes up', () => {
    const condition = compileCondition('headers[payload] == 1')(RULES)
    for (let at = 0; at < 1000; at++) condition.isMet(message(`name ${at}${'x'.repeat(1000)}\u001b[31m`))
    const { count, reasons } = condition.unjudged
    expect(count).toBe(1000)
    expect(reasons).toHaveLength(20)
    for (const [reason] of reasons) expect(reason).toMatch(/^no field "name \d+x+…$/)
    expect(reasonOf('headers[payload] == 1', message('\u001b[31m'))).toBe('no field "\\u001b[31m"')
  })
})

describe('an expression with a mistake', () => {
  it.each([
    ['', 1, 'it is empty'],
    ['payload.temp > && retain', 16, 'a value is missing before "&&"'],
    ['retain && chanel == "a"', 11, 'there is no name "chanel"'],
    ['retain && temp > 3', 11, 'there is no name "temp"'],
    ['payload.matches("(a")', 17, 'a bad regular expression: missing closing ): `(a`'],
    ['retain && payload.foo(3)', 19, 'there is no function "foo" with such arguments'],
    ['retain && [1].exists(i, v, i > v)', 15, 'there is no function "exists" with such arguments'],
    ['payload.state in "on"', 18, 'behind "in" a list must follow, and this is a text'],
    ['payload.state in 5', 18, 'behind "in" a list must follow'],
    ['size', 1, undefined],
    ['size + 1', 6, 'its value is not true or false'],
    ['[retain]', 1, 'its value is not true or false'],
    ['"x"', 1, 'its value is not true or false'],
    ['google.protobuf.Int64Value{value: 1} == 1', 1, 'there is no type "google.protobuf.Int64Value"'],
    ['1 / 0 > 3', 1, 'division by zero'],
    ['retain && time > timestamp("2026-11-29")', 28, 'a text is no time'],
    ['time - sourceTime > duration("5 seconds")', 30, 'a text is no duration'],
    ['sourceTime > "2026-11-29"', 14, 'a time is compared with a text'],
    ['retain && "2026-11-29T00:00:00Z" == time', 11, 'a time is compared with a text'],
    ['timestamp(payload.at) > "2026-11-29"', 25, 'a time is compared with a text'],
    ['payload.all(time, time > "2026")', undefined, undefined],
    ['time > timestamp("2026-11-29T00:00:00Z") && time > timestamp(0)', undefined, undefined],
    ['time == null || time - sourceTime > duration("5s")', undefined, undefined],
    ['true || 1', undefined, undefined],
    ['as', 1, 'it is not understood from here'],
    [`${'['.repeat(2000)}${']'.repeat(2000)} == 1`, 1, 'it is nested too deeply'],
    [`size > ${'1'.repeat(5000)}`, 4097, 'it is longer than 4096 characters']
  ])('%j is refused, and the place named', (expression, column, why) => {
    if (why === undefined) return void compileCondition(expression)(RULES)
    expect(failureOf(expression)).toMatchObject({
      kind: 'usage',
      code: 'bad-expression',
      message: `cannot use --where: ${why}`,
      details: { column }
    })
  })

  it('suggests the name that was probably meant, and a member of the payload otherwise', () => {
    expect(failureOf('chanel == "a"').suggestion).toBe('did you mean "channel"?')
    expect(failureOf('humidity > 3').suggestion).toBe(
      'a member of the payload is payload.humidity; see: tidings help where'
    )
  })

  it.each([
    ['time > timestamp("2026-11-29")', 'write a time as timestamp("2026-11-29T00:00:00Z")'],
    ['sourceTime > "2026-11-29"', 'write a time as timestamp("2026-11-29T00:00:00Z")'],
    ['time - sourceTime > duration("5")', 'write a duration as duration("1h30m") or duration("2.5s")']
  ])('that is a bad constant, as in %s, gets an example', (expression, suggestion) => {
    expect(failureOf(expression).suggestion).toBe(suggestion)
  })

  it.each([
    ['topic == "a"', 'did you mean "channel"?'],
    ['value.temp > 3', 'did you mean "payload"?'],
    ['partition == 0', 'did you mean "kafka.partition"?'],
    ['offset > 3', 'did you mean "kafka.offset"?'],
    ['channel.test("a")', 'write x.matches("...") for a regular expression'],
    ['channel.startswith("a")', 'write x.startsWith("...")'],
    ['endswith("a")', 'write x.endsWith("...")'],
    ['length(payload) > 2', 'write size(x)'],
    ['not(retain)', 'write "!" for not: !(...)'],
    ['select(.temp > 30)', 'leave select() out: write only what is within it'],
    [
      'has(payload)',
      'has() asks for a member: has(payload.temp); for a payload at all, write payload != null'
    ],
    ['has(.temp)', 'has() asks for a member: has(payload.temp); for a payload at all, write payload != null'],
    ['channel.constructor()', 'tidings help where']
  ])('that is %s of another language gets what to write instead', (expression, suggestion) => {
    expect(failureOf(expression).suggestion).toBe(suggestion)
  })

  it('does not take the name of a loop for an unknown one', () => {
    expect(isMet('payload.all(x, x > 1) && !payload.exists(payload, payload > 5)', message('[2,3]'))).toBe(
      true
    )
  })

  it('is refused within a moment, whatever it is', () => {
    for (const text of [
      '!'.repeat(4000),
      '['.repeat(4000),
      'a.'.repeat(2000),
      '(('.repeat(2000),
      '"'.repeat(4001),
      '-'.repeat(4000),
      '1+'.repeat(2000)
    ])
      expect(failureOf(text).code).toBe('bad-expression')
  })
})

describe('as CEL says', () => {
  it.each([
    ['timestamp(payload.t) == timestamp("2023-11-14T22:13:20Z")', '{"t":1700000000}'],
    ['timestamp(int(timestamp(payload.t))) == timestamp(payload.t)', '{"t":"2026-01-01T00:00:00Z"}'],
    ['timestamp(payload.t) < timestamp("2024-03-01T00:00:00Z")', '{"t":"2024-02-29T23:59:59.5+00:00"}'],
    ['has(payload.a) && "a" in payload && payload.a == null', '{"a":null}'],
    ['has(payload.a.b) && !has(payload.a.c)', '{"a":{"b":null}}'],
    ['[payload].exists(p, has(p.a)) && has({"a":null}.a)', '{"a":null}'],
    ['!has(payload.a)', '{"b":1}'],
    ['!has(payload.a)', '"text"'],
    ['double(payload.t) == 1200.0', '{"t":"1.2e3"}'],
    ['duration(payload.t) == duration("90s")', '{"t":"1m30s"}'],
    ['!payload.items.exists(payload, payload.x == 5) && payload.x == 5', '{"items":[{"x":2}],"x":5}'],
    ['[{"x":5}].exists(payload, payload.x == 5) && payload.x == 7', '{"x":7}']
  ])('%s is met by %s', (expression, payload) => {
    expect(isMet(expression, message(payload))).toBe(true)
  })

  it.each([
    ['int(payload.t) < 5', '', 'whole number'],
    ['int(payload.t) == 12', ' 12 ', 'whole number'],
    ['int(payload.t) == 18', '0x12', 'whole number'],
    ['double(payload.t) < 5.0', '', 'number'],
    ['double(payload.t) != 5.0', 'abc', 'number'],
    ['double(payload.t) == 1.0', '1x', 'number'],
    ['timestamp(payload.t) > timestamp("2020-01-01T00:00:00Z")', '2026-02-30T00:00:00Z', 'time'],
    ['duration(payload.t) > duration("1s")', '', 'duration']
  ])('%s cannot be judged for the text "%s"', (expression, text, what) => {
    expect(reasonOf(expression, message(JSON.stringify({ t: text })))).toBe(`a text is no ${what}`)
  })
})

describe('numbers and texts are compared by their exact values', () => {
  it.each([
    ['payload.n > 9007199254740992.0', '{"n":9007199254740993}'],
    ['payload.n != 9007199254740992.0 && 9007199254740992.0 < payload.n', '{"n":9007199254740993}'],
    ['9007199254740993u > 9007199254740992.0 && payload.n == 1.0', '{"n":1}'],
    ['payload.n < 9223372036854775808u && payload.n >= 9223372036854775807', '{"n":9223372036854775807}'],
    ['payload.n > 99999999999999983616.0 && payload.n < 1e20', '{"n":99999999999999999999}'],
    ['payload.n == -9223372036854775808', '{"n":-9223372036854775808}'],
    ['payload.list == [1, 2.0, 3u]', '{"list":[1,2,3.0]}'],
    ['payload.s > "\uffff"', '{"s":"\u{1f600}"}']
  ])('%s of %s', (expression, payload) => {
    expect(isMet(expression, message(payload))).toBe(true)
  })

  it.each([
    ['payload.n == 9223372036854775808', 13],
    ['payload.n > -9223372036854775809', 12],
    ['payload.n == 18446744073709551616u', 13],
    ['payload.n == 0x1ffffffffffffffff', 13]
  ])('a whole number of more than 64 bits is a mistake: %s', (expression, offset) => {
    const { message: said, marked, suggestion } = failureOf(expression)
    expect(said).toBe('cannot use --where: a whole number has more than 64 bits')
    expect(marked?.offset).toBe(offset)
    expect(suggestion).toBe('write it as a decimal number, such as 1e20')
  })
})
