/** All checks, in the order in which they run: the neighbour's people stand beside everything else. */
import type { Group } from '../check.ts'
import { attributes } from './attributes.ts'
import { bulk } from './bulk.ts'
import { clients } from './clients.ts'
import { create } from './create.ts'
import { cursor } from './cursor.ts'
import { discovery } from './discovery.ts'
import { entra } from './entra.ts'
import { errors } from './errors.ts'
import { etags } from './etags.ts'
import { filter } from './filter.ts'
import { groups } from './groups.ts'
import { list } from './list.ts'
import { neighbour, unchanged } from './neighbour.ts'
import { okta } from './okta.ts'
import { patch, withoutPatch } from './patch.ts'
import { put } from './put.ts'
import { read, remove } from './read.ts'
import { runWide } from './run-wide.ts'
import { me, search } from './search.ts'
import { sort } from './sort.ts'

export const GROUPS: readonly Group[] = [
  discovery,
  neighbour,
  create,
  read,
  remove,
  list,
  filter,
  sort,
  attributes,
  put,
  patch,
  withoutPatch,
  groups,
  etags,
  bulk,
  search,
  me,
  errors,
  cursor,
  okta,
  entra,
  clients,
  unchanged,
  runWide,
]
