/** Handler of the service's own health. */
import type { healthRoutes } from '../../contract/index.ts'
import { type Handlers, iso, isoOrNull } from './handlers.ts'

export const healthHandlers: Handlers<typeof healthRoutes> = {
  readHealth: async ({ health }) => {
    const { verdict, at, checks, nodeId, nodes, database, loading, notices, warnings, disk } =
      await health.read()
    const { migrations, isReadOnly: readOnly, ...state } = database
    return {
      verdict,
      at: iso(at),
      checks: [...checks],
      nodes: nodes.map(({ startedAt, seenAt, isLost: lost, keyIds, sealsWith, ...node }) => ({
        ...{ ...node, keyIds: keyIds === null ? null : [...keyIds], sealsWith },
        startedAt: iso(startedAt),
        seenAt: iso(seenAt),
        lost,
        asked: node.nodeId === nodeId,
      })),
      database: {
        ...state,
        startedAt: iso(state.startedAt),
        readOnly,
        unsafe: [...state.unsafe],
        replicas: [...state.replicas],
      },
      migrations: {
        latest: migrations.latest,
        pending: [...migrations.pending],
        unknown: [...migrations.unknown],
      },
      loading: { ...loading, oldestWaitingAt: isoOrNull(loading.oldestWaitingAt) },
      notices: { ...notices, oldestAt: isoOrNull(notices.oldestAt) },
      warnings: { ...warnings, oldestAt: isoOrNull(warnings.oldestAt) },
      disk: disk ?? null,
    }
  },
}
