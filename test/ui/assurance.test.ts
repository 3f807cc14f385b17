import { expect, it } from 'vitest'
import { formatAssurance } from '../../src/ui/assurance.js'

it.each([
  [{ acknowledged: 3, unassured: 0, unheard: 0 }, 'acknowledged'],
  [{ acknowledged: 3, unassured: 3, unheard: 0 }, 'sent'],
  [{ acknowledged: 3, unassured: 1, unheard: 0 }, '2 acknowledged, 1 sent with QoS 0'],
  [{ acknowledged: 3, unassured: 0, unheard: 3 }, 'acknowledged; nobody is subscribed'],
  [{ acknowledged: 3, unassured: 0, unheard: 1 }, 'acknowledged; nobody is subscribed to 1 of them'],
  [
    { acknowledged: 3, unassured: 1, unheard: 2 },
    '2 acknowledged, 1 sent with QoS 0; nobody is subscribed to 2 of them'
  ]
])('of %j it is said: %s', (assurance, text) => {
  expect(formatAssurance(assurance)).toBe(text)
})
