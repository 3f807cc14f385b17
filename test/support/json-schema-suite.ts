import { existsSync } from 'node:fs'

/** The folder of JSON Schema's own tests: Debian's package libtest-json-schema-acceptance-perl has them. */
export const JSON_SCHEMA_SUITE =
  process.env.TIDINGS_JSON_SCHEMA_SUITE ??
  '/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests'

/** Whether tests with them are skipped, because they are not installed. With TIDINGS_REQUIRE_BROKERS=1, as in CI, they fail instead. */
export const isSuiteLeftOut = !existsSync(JSON_SCHEMA_SUITE) && process.env.TIDINGS_REQUIRE_BROKERS !== '1'
