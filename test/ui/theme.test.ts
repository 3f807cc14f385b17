import { describe, expect, it } from 'vitest'
import { COLOURS, createTheme } from '../../src/ui/theme.js'

/** Red, green and blue, 0 to 255, of a colour of the cube of 256 colours. */
function rgbOf(colour: number): number[] {
  const level = (step: number) => (step === 0 ? 0 : 55 + step * 40)
  const cube = colour - 16
  return [level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)]
}

/** The relative luminance of WCAG 2.1. */
function luminanceOf(colour: number): number {
  const [red = 0, green = 0, blue = 0] = rgbOf(colour).map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

describe('the 256 colours', () => {
  it.each([...new Set(Object.values(COLOURS).flat())])('%i can be read on black and on white', (colour) => {
    const luminance = luminanceOf(colour)
    expect((luminance + 0.05) / 0.05).toBeGreaterThanOrEqual(4)
    expect(1.05 / (luminance + 0.05)).toBeGreaterThanOrEqual(4)
  })
})

describe('the sixteen colours', () => {
  it('are used without blue and yellow, of which one cannot be read on black and one not on white, and without bold', () => {
    const { coloured: _, channels, ...paints } = createTheme(1)
    for (const paint of [...channels, ...Object.values(paints)])
      expect(paint('x')).not.toMatch(/\x1b\[(?:1|3[34]|9\d)m/)
  })
})

it('without colours everything stays as it is', () => {
  const { coloured, channels, ...paints } = createTheme(0)
  expect(coloured).toBe(false)
  expect([...channels, ...Object.values(paints)].map((paint) => paint('x'))).toEqual(Array(9).fill('x'))
})
