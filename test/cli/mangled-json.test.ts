import { describe, expect, it } from 'vitest'
import { isMangledJson, isScatteredJson } from '../../src/cli/mangled-json.js'

describe('a payload on the command line', () => {
  it.each([
    ...['{name:Ada}', '{name: Ada', '{"a":1', '["a"', '[{a:1}]', ' {"name":Ada}', '{ a_b :1}'],
    ...['{größe:1}', '{unit-id:7}', '{$ref:x}', '{1:2}', '{a.b:1}', '{\\"a\\":1}', "{'a':1}", '[\\"a\\"]']
  ])('%s was meant to be JSON and is none', (text) => {
    expect(isMangledJson(text)).toBe(true)
  })

  it.each([
    '{"name":"Ada"}',
    '["a"]',
    '[{}]',
    '[INFO] started',
    '{}',
    '{',
    'on',
    '{{name}}',
    '{0}',
    '{:x}',
    '[a:b]',
    '[1,2',
    '21.5',
    ''
  ])('%s is what it was meant to be', (text) => {
    expect(isMangledJson(text)).toBe(false)
  })
})

describe('the words of a payload', () => {
  it.each([
    [['name:Ada Lovelace', 'age:36']],
    [['name:Ada', 'email:ada@example.com', 'age:36']],
    [['{', 'name:', 'Ada', '}']],
    [['{name:', 'Ada}']]
  ])('%j are JSON that a shell has taken apart', (words) => {
    expect(isScatteredJson(words)).toBe(true)
  })

  it.each([
    [['hello', 'world']],
    [['see:', 'https://example.com']],
    [['https://a.example', 'https://b.example']],
    [['12:30', '12:45']],
    [['name:Ada']],
    [[]]
  ])('%j are words', (words) => {
    expect(isScatteredJson(words)).toBe(false)
  })
})
