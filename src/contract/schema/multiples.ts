/**
 * Whether a number is a whole number of times another. Both are taken for the decimal numbers that they are written as: 4.02 is 402 times
 * 0.01, though the quotient of the two doubles is not whole.
 */
export function isMultiple(value: number, step: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(step)) return value % step === 0
  const [digits, places] = decimal(value)
  const [stepDigits, stepPlaces] = decimal(step)
  const most = Math.max(places, stepPlaces)
  return scaled(digits, most - places) % scaled(stepDigits, most - stepPlaces) === 0n
}

/** The digits of a number as a whole number, and how many of them stand behind the point; fewer than 0 where zeros are left out. */
function decimal(value: number): readonly [digits: bigint, places: number] {
  const [mantissa = '', exponent = '0'] = String(value).split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return [BigInt(whole + fraction), fraction.length - Number(exponent)]
}

const scaled = (digits: bigint, zeros: number): bigint => digits * 10n ** BigInt(zeros)
