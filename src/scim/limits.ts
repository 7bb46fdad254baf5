/** The bounds on what a client may send (SEC P-2), published where a schema has a place for them. */
export const LIMITS = {
  depth: 32,
  keysPerObject: 256,
  valuesPerAttribute: 100,
  textLength: 65_536,
  identifierLength: 512,
  membersPerRequest: 10_000,
  membersPerGroup: 200_000,
  /** Of a resource as it is kept, members apart, however it came to be: twice what a body may have. */
  resourceLength: 2 * 1024 * 1024,
  operations: 1_000,
  /** Characters that the operations of one PATCH may go through: a tenth of a second (SEC L-5). */
  patchedText: 16 * 1024 * 1024,
  /** Operations of one PATCH that look at each member of a group: those that name none by id. */
  memberWalks: 10,
  bulkOperations: 1_000,
  bulkBytes: 8 * 1024 * 1024,
  filterLength: 4_096,
  filterDepth: 16,
  filterComparisons: 64,
  pageSize: 100,
  pageCap: 1_000,
  cursorSeconds: 3_600,
} as const
