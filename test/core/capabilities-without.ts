import { CAPABILITIES, type Capabilities, type Capability } from '../../src/core/capabilities.js'

/** The capabilities of a protocol that lacks only the given ones. The reason and the suggestion name the lacking capability. */
export function capabilitiesWithout(...lacking: readonly Capability[]): Capabilities {
  const support = (name: string) =>
    lacking.some((each) => each === name)
      ? { why: `there is no ${name} here`, suggestion: `do without ${name}` }
      : true
  return Object.fromEntries(Object.keys(CAPABILITIES).map((name) => [name, support(name)])) as Capabilities
}
