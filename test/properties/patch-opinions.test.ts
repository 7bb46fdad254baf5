/**
 * Our PATCH beside that of two packages, as second opinions. What they do otherwise is listed with
 * the reason why we do not; one that is listed and agrees fails too, so that the list cannot rot.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { scimPatch } from 'scim-patch'
import SCIMMY from 'scimmy'
import { APPLIED, type PatchCase, profileOf } from '../support/patch-cases.ts'
import { PATCH_OP, USER } from '../support/scim.ts'

type Opinion = (before: object, operations: readonly object[]) => Promise<object>

const ABOUT = { schemas: [USER], id: 'usr_1', userName: 'a' }

// Its manual extends a schema by another; its types know only lists of attributes.
SCIMMY.Schemas.User.extend(
  SCIMMY.Schemas.EnterpriseUser as unknown as Parameters<typeof SCIMMY.Schemas.User.extend>[0],
)

const OPINIONS: Record<string, Opinion> = {
  async 'scim-patch'(before, operations) {
    const at = new Date('2026-11-02T09:14:05Z')
    const meta = { resourceType: 'User', created: at, lastModified: at, location: '', version: '' }
    const resource = { ...ABOUT, meta, ...structuredClone(before) }
    return scimPatch(resource, structuredClone(operations) as Parameters<typeof scimPatch>[1])
  },
  async scimmy(before, operations) {
    const resource = new SCIMMY.Schemas.User({ ...ABOUT, ...structuredClone(before) })
    const message = { schemas: [PATCH_OP], Operations: structuredClone(operations) }
    const patch = new SCIMMY.Messages.PatchOp(
      message as ConstructorParameters<typeof SCIMMY.Messages.PatchOp>[0],
    )
    return (await patch.apply(resource)) ?? resource
  },
}

/** By the case: what the packages do there, or fail to do, and we do not. */
const DIFFERENCES: Record<string, Record<string, string>> = {
  'scim-patch': {
    'add of a known value brings the parts it did not have':
      'adds the value a second time; section 3.5.2.1 lets no duplicate come of an add',
    'add of a primary takes it over': 'leaves two primaries, which section 3.5.2 forbids',
    'replace of a part of one element makes it the primary in the place of the other':
      'leaves two primaries, which section 3.5.2 forbids',
    'remove of a part of the elements that a filter selects, whatever value is named':
      'refuses it, which Entra sends',
    'remove with a list of values takes those and no others':
      'wants the whole element to be named; we take the parts that are',
    'remove of a whole extension': 'takes the dot in the URN for one between attributes',
    'an extension by its URN, as an object, merges':
      'takes the dot in the URN for one between attributes',
    'the core schema by its URN, alone or before a name':
      'takes the dot in the URN for one between attributes',
    'replace of an element keeps of it what its filter says, and nothing else':
      'merges; section 3.5.2.3 replaces the record',
    'replace of an element by null removes it': 'throws a TypeError',
    'replace where a filter of eq and and finds nothing makes the element':
      'answers noTarget as section 3.5.2.3 says; Entra needs the element to come into being',
    'a value that clears makes no element':
      'answers noTarget as section 3.5.2.3 says; Entra clears what is not there',
    'names, operators and operations in any letter case come out as the schema spells them':
      'reads the names of an operation with their letter case',
    'two operations that each hold a part of a complex value leave both parts':
      'replaces it whole; section 3.5.2.3 leaves the parts that are not named',
    'three operations on the parts of one new element make one element':
      'keeps the boolean as the text that Entra sends',
    'a boolean in quotes selects by the boolean':
      'compares text with the boolean, and makes another element',
    'a manager comes as text and goes with an empty one':
      'keeps text where the schema has parts, and an empty text for no value',
  },
  scimmy: {
    'add to a list of what is there adds nothing':
      'adds the values a second time; section 3.5.2.1 lets no duplicate come of an add',
    'add of a known value brings the parts it did not have':
      'adds the value a second time; section 3.5.2.1 lets no duplicate come of an add',
    'add of a part to a list means every element': 'refuses a part of a list without a filter',
    'add of a primary takes it over': 'leaves two primaries, which section 3.5.2 forbids',
    'replace of a part of one element makes it the primary in the place of the other':
      'leaves two primaries, which section 3.5.2 forbids',
    'remove of a whole extension': 'throws a TypeError',
    'replace of a complex value keeps the parts not named, and clears those that are null':
      'replaces it whole; section 3.5.2.3 leaves the parts that are not named',
    'replace of an element keeps of it what its filter says, and nothing else':
      'drops what the filter says too, and moves the element to the end',
    'replace of an element by null removes it': 'throws a TypeError',
    'replace where a filter of eq and and finds nothing makes the element':
      'answers noTarget as section 3.5.2.3 says; Entra needs the element to come into being',
    'a value that clears makes no element':
      'answers noTarget as section 3.5.2.3 says; Entra clears what is not there',
    'the core schema by its URN, alone or before a name':
      'does not know the core schema’s URN as a name in a value',
    'names, operators and operations in any letter case come out as the schema spells them':
      'reads the names of an operation with their letter case',
    'three operations on the parts of one new element make one element':
      'answers noTarget as section 3.5.2.3 says; Entra needs the element to come into being',
    'a manager comes as text and goes with an empty one': 'refuses the text, which Entra sends',
  },
}

for (const [name, opinion] of Object.entries(OPINIONS))
  test(`${name} agrees with us about PATCH, but for what is listed with its reason`, async () => {
    const differing: string[] = []

    for (const patchCase of APPLIED)
      if (!(await agrees(opinion, patchCase))) differing.push(patchCase[0])

    assert.deepEqual(differing.toSorted(), Object.keys(DIFFERENCES[name] ?? {}).toSorted())
  })

async function agrees(opinion: Opinion, [, before, operations, after]: PatchCase) {
  try {
    const list: readonly object[] = Array.isArray(operations) ? operations : [operations]
    const said = JSON.parse(JSON.stringify(await opinion(before, list)))
    return isDeepStrictEqual(withoutAbsent(profileOf(said)), withoutAbsent(after))
  } catch {
    return false
  }
}

/** Null, an empty list and a complex value with nothing in it are "no value" (RFC 7643 section 2.5). */
function withoutAbsent(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutAbsent)
  if (typeof value !== 'object' || value === null) return value ?? undefined
  const parts = Object.entries(value)
    .map(([name, each]) => [name, withoutAbsent(each)] as const)
    .filter(([, each]) => each !== undefined)
  return parts.length === 0 ? undefined : Object.fromEntries(parts)
}
