/**
 * What oclif's plug-in adds, as an entry of the bundle: beside the program it would need an oclif of its own. What a
 * command that does not exist leads to is named in src/cli/run-tidings.ts.
 */
export const oclifPlugins = {
  'hooks/command-not-found': '@oclif/plugin-not-found/lib/index.js'
}
