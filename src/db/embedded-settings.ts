/** How the embedded PostgreSQL is set up: for one small machine that it shares with the node (decision 0045). */
import { totalmem } from 'node:os'

const MIB = 1024 * 1024

/** Each with its value as `-c` takes it. */
export function embeddedSettings(memoryBytes = memoryOfMachine()): Record<string, string> {
  return {
    listen_addresses: '',
    unix_socket_permissions: '0700',
    max_connections: '100',
    // Indexes that a full run walks at random: what does not fit is written and read again and again.
    shared_buffers: `${Math.min(Math.max(Math.floor(memoryBytes / MIB / 8), 128), 1024)}MB`,
    // Pages are written before somebody waits for their place, and as they come: commits wait behind bursts.
    bgwriter_delay: '50ms',
    bgwriter_lru_maxpages: '1000',
    bgwriter_lru_multiplier: '4',
    backend_flush_after: '512kB',
    wal_compression: 'on',
    max_wal_size: '2GB',
    min_wal_size: '2GB', // files of the log are used again: to make one stops every commit for 60 ms
    checkpoint_completion_target: '0.9',
    autovacuum_analyze_scale_factor: '0.5', // nodes count what has doubled (`statistics.ts`)
    autovacuum_naptime: '10s', // how long what is new is planned for as if it were not there
    jit: 'off',
    logging_collector: 'off',
    log_min_messages: 'warning',
    log_min_error_statement: 'panic', // statements hold people's data (SEC G-1)
  }
}

/** What a container allows, where one is; 0 or unknown elsewhere. */
function memoryOfMachine(): number {
  return Math.min(totalmem(), process.constrainedMemory() || Infinity)
}
