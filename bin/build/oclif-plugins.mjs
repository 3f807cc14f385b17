/**
 * What oclif's plug-ins add, as entries of the bundle: beside the program they would need an oclif of their own. Commands are found by their
 * files; what a command that does not exist leads to is named in src/cli/run-tidings.ts.
 */
export const oclifPlugins = {
  'commands/help': '@oclif/plugin-help/lib/commands/help.js',
  'commands/autocomplete/index': '@oclif/plugin-autocomplete/lib/commands/autocomplete/index.js',
  'commands/autocomplete/create': '@oclif/plugin-autocomplete/lib/commands/autocomplete/create.js',
  'commands/autocomplete/script': '@oclif/plugin-autocomplete/lib/commands/autocomplete/script.js',
  'hooks/command-not-found': '@oclif/plugin-not-found/lib/index.js'
}
