import { findBroker } from './broker-process.js'

/** A program of Debian's that a test runs. Where it is missing, its tests are skipped, or with `TIDINGS_REQUIRE_BROKERS=1` fail. */
export function findTool(
  debianPackage: string,
  name: string
): { readonly isLeftOut: boolean; readonly path: string } {
  const programs = findBroker(debianPackage, name)
  return {
    isLeftOut: programs.areLeftOut,
    get path() {
      return programs.paths()[0] ?? ''
    }
  }
}
