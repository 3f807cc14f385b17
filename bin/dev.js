#!/usr/bin/env -S node --import tsx
// Runs the TypeScript sources as they are: nothing to build, no bundle.
const { join } = require('node:path')

const root = join(__dirname, '..')
void import('../src/cli/run-tidings.ts').then(({ runTidings }) =>
  runTidings(process.argv.slice(2), { root, packageJson: require('../package.json'), ownCommands: [] })
)
