import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // .ci/run counts what passed and makes sure that nothing was skipped.
    ...(process.env.CI_REPORT && { reporters: ['default', ['json', { outputFile: process.env.CI_REPORT }]] })
  }
})
