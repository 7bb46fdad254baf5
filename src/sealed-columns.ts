/** Every column that holds sealed values; `test/house/sealed-columns.test.ts` holds that none is missing. */
import { SEALED_BY_AUDIT } from './audit/index.ts'
import { SEALED_BY_INSTALLATION } from './db/index.ts'
import { SEALED_BY_OPERATORS } from './operators/index.ts'
import { SEALED_BY_SESSIONS } from './sessions/index.ts'
import { SEALED_BY_SIGNIN } from './signin/index.ts'
import { SEALED_BY_TENANTS } from './tenants/index.ts'
import { SEALED_BY_WARNINGS } from './warnings/index.ts'

export const SEALED_COLUMNS = [
  ...SEALED_BY_INSTALLATION,
  ...SEALED_BY_AUDIT,
  ...SEALED_BY_OPERATORS,
  ...SEALED_BY_TENANTS,
  ...SEALED_BY_SIGNIN,
  ...SEALED_BY_SESSIONS,
  ...SEALED_BY_WARNINGS,
]
