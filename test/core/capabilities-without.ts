import { CAPABILITIES, type Capabilities, type Capability } from '../../src/core/capabilities.js'

/** What a protocol can do that lacks only these; why, and what to do, names the lack. */
export function capabilitiesWithout(...lacking: readonly Capability[]): Capabilities {
  const support = (name: string) =>
    lacking.some((each) => each === name)
      ? { why: `there is no ${name} here`, suggestion: `do without ${name}` }
      : true
  return Object.fromEntries(Object.keys(CAPABILITIES).map((name) => [name, support(name)])) as Capabilities
}
