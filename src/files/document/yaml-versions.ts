import { type Node, Scalar, visit } from 'yaml'
import { JsonNumber } from '../../core/catalogue/json-tree.js'

/**
 * Plain texts that readers of YAML 1.1 (PyYAML, Ruby, older Go and Java) and of YAML 1.2 understand in different ways: words for yes and
 * no, numbers with another base, with underscores or of base 60, dates, and the signs `=` and `<<`. Some readers take `e0` for a number,
 * and refuse a tab.
 */
const OTHERWISE_IN_1_1 = [
  /^(?:y|n|yes|no|on|off|true|false|null|~|=|<<)$/i,
  /^[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[\da-f_]+|\d[\d_]*)$/i,
  /^[-+]?(?:\d[\d_]*)?(?:\.[\d_]*)?(?:e[-+]?\d+)?$/i,
  /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/,
  /^[-+]?\.(?:inf|nan)$/i,
  /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d.*)?$/s,
  /\t/
]

/** Gives a new node a style that readers of YAML 1.1 and 1.2 understand in the same way. */
export function writeForBothVersions(node: Node): void {
  visit(node, {
    Scalar: (_key, scalar) => {
      const { value } = scalar
      if (value instanceof JsonNumber) scalar.value = new JsonNumber(numberForBoth(value.text))
      if (typeof value === 'string' && OTHERWISE_IN_1_1.some((expression) => expression.test(value)))
        scalar.type = Scalar.QUOTE_DOUBLE
    }
  })
}

/** In YAML 1.1, a number with an exponent must have a point and a sign: `1e5` is a text, `1.0e+5` is a number. */
function numberForBoth(text: string): string {
  const [, digits, exponent] = /^([^eE]+)([eE].+)$/.exec(text) ?? []
  if (digits === undefined || exponent === undefined) return text
  const mantissa = digits.includes('.') ? digits : `${digits}.0`
  return mantissa + exponent.replace(/^([eE])(?=\d)/, '$1+')
}
