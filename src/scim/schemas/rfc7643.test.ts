/**
 * What `/Schemas` says of every attribute, against RFC 7643 section 8.7.1 copied down by hand.
 *
 * A line is an attribute: name, type, one or many values, whether it is required, how letter case counts,
 * mutability, returned, uniqueness, and the values it may have or what it refers to. Complex attributes have
 * neither case nor uniqueness (errata 6004 and 8415), booleans neither.
 */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ENTERPRISE, GROUP, startScim, USER } from '../../../test/support/scim.ts'
import type { Attribute } from './attribute.ts'

const RFC_7643: Readonly<Record<string, string>> = {
  [USER]: `
    userName                      string    one  required any   readWrite default server
    name                          complex   one  optional -     readWrite default -
    name.formatted                string    one  optional any   readWrite default none
    name.familyName               string    one  optional any   readWrite default none
    name.givenName                string    one  optional any   readWrite default none
    name.middleName               string    one  optional any   readWrite default none
    name.honorificPrefix          string    one  optional any   readWrite default none
    name.honorificSuffix          string    one  optional any   readWrite default none
    displayName                   string    one  optional any   readWrite default none
    nickName                      string    one  optional any   readWrite default none
    profileUrl                    reference one  optional any   readWrite default none external
    title                         string    one  optional any   readWrite default none
    userType                      string    one  optional any   readWrite default none
    preferredLanguage             string    one  optional any   readWrite default none
    locale                        string    one  optional any   readWrite default none
    timezone                      string    one  optional any   readWrite default none
    active                        boolean   one  optional -     readWrite default -
    password                      string    one  optional any   writeOnly never   none
    emails                        complex   many optional -     readWrite default -
    emails.value                  string    one  optional any   readWrite default none
    emails.display                string    one  optional any   readWrite default none
    emails.type                   string    one  optional any   readWrite default none work home other
    emails.primary                boolean   one  optional -     readWrite default -
    phoneNumbers                  complex   many optional -     readWrite default -
    phoneNumbers.value            string    one  optional any   readWrite default none
    phoneNumbers.display          string    one  optional any   readWrite default none
    phoneNumbers.type             string    one  optional any   readWrite default none work home mobile fax pager other
    phoneNumbers.primary          boolean   one  optional -     readWrite default -
    ims                           complex   many optional -     readWrite default -
    ims.value                     string    one  optional any   readWrite default none
    ims.display                   string    one  optional any   readWrite default none
    ims.type                      string    one  optional any   readWrite default none aim gtalk icq xmpp msn skype qq yahoo
    ims.primary                   boolean   one  optional -     readWrite default -
    photos                        complex   many optional -     readWrite default -
    photos.value                  reference one  optional any   readWrite default none external
    photos.display                string    one  optional any   readWrite default none
    photos.type                   string    one  optional any   readWrite default none photo thumbnail
    photos.primary                boolean   one  optional -     readWrite default -
    addresses                     complex   many optional -     readWrite default -
    addresses.formatted           string    one  optional any   readWrite default none
    addresses.streetAddress       string    one  optional any   readWrite default none
    addresses.locality            string    one  optional any   readWrite default none
    addresses.region              string    one  optional any   readWrite default none
    addresses.postalCode          string    one  optional any   readWrite default none
    addresses.country             string    one  optional any   readWrite default none
    addresses.type                string    one  optional any   readWrite default none work home other
    groups                        complex   many optional -     readOnly  default -
    groups.value                  string    one  optional any   readOnly  default none
    groups.$ref                   reference one  optional any   readOnly  default none User Group
    groups.display                string    one  optional any   readOnly  default none
    groups.type                   string    one  optional any   readOnly  default none direct indirect
    entitlements                  complex   many optional -     readWrite default -
    entitlements.value            string    one  optional any   readWrite default none
    entitlements.display          string    one  optional any   readWrite default none
    entitlements.type             string    one  optional any   readWrite default none
    entitlements.primary          boolean   one  optional -     readWrite default -
    roles                         complex   many optional -     readWrite default -
    roles.value                   string    one  optional any   readWrite default none
    roles.display                 string    one  optional any   readWrite default none
    roles.type                    string    one  optional any   readWrite default none
    roles.primary                 boolean   one  optional -     readWrite default -
    x509Certificates              complex   many optional -     readWrite default -
    x509Certificates.value        binary    one  optional any   readWrite default none
    x509Certificates.display      string    one  optional any   readWrite default none
    x509Certificates.type         string    one  optional any   readWrite default none
    x509Certificates.primary      boolean   one  optional -     readWrite default -`,
  [ENTERPRISE]: `
    employeeNumber                string    one  optional any   readWrite default none
    costCenter                    string    one  optional any   readWrite default none
    organization                  string    one  optional any   readWrite default none
    division                      string    one  optional any   readWrite default none
    department                    string    one  optional any   readWrite default none
    manager                       complex   one  optional -     readWrite default -
    manager.value                 string    one  optional any   readWrite default none
    manager.$ref                  reference one  optional any   readWrite default none User
    manager.displayName           string    one  optional any   readOnly  default none`,
  [GROUP]: `
    displayName                   string    one  optional any   readWrite default none
    members                       complex   many optional -     readWrite default -
    members.value                 string    one  optional any   immutable default none
    members.$ref                  reference one  optional any   immutable default none User Group
    members.type                  string    one  optional any   immutable default none User Group`,
}

/** Where we say something else than that section, and why. */
const OURS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'a reference is compared exactly (section 2.3.7)': {
    [USER]: `
      profileUrl                  reference one  optional exact readWrite default none external
      photos.value                reference one  optional exact readWrite default none external`,
    [ENTERPRISE]: `
      manager.$ref                reference one  optional exact readWrite default none User`,
    [GROUP]: `
      members.$ref                reference one  optional exact immutable default none User Group`,
  },
  'and a group is in groups alone (erratum 8471)': {
    [USER]: `
      groups.$ref                 reference one  optional exact readOnly  default none Group`,
  },
  'binary data is compared exactly (section 2.3.6)': {
    [USER]: `
      x509Certificates.value      binary    one  optional exact readWrite default none`,
  },
  'an id is compared exactly (section 3.1, erratum 8472)': {
    [USER]: `
      groups.value                string    one  optional exact readOnly  default none`,
    [ENTERPRISE]: `
      manager.value               string    one  optional exact readWrite default none`,
    [GROUP]: `
      members.value               string    one  optional exact immutable default none`,
  },
  'an address may be the primary one (section 2.4, and the example of section 8.2)': {
    [USER]: `
      addresses.primary           boolean   one  optional -     readWrite default -`,
  },
  'a group has a name (erratum 5368) that is unique here': {
    [GROUP]: `
      displayName                 string    one  required any   readWrite default server`,
  },
  'a member is shown with its name (erratum 6011)': {
    [GROUP]: `
      members.display             string    one  optional any   readOnly  default none`,
  },
}

test('the schemas say of every attribute what RFC 7643 §8.7.1 does, but for listed departures', async () => {
  const { body } = await startScim().ask('GET', '/Schemas')

  const served = Object.fromEntries(
    body.Resources.map(({ id, attributes }: { id: string; attributes: Attribute[] }) => [
      id,
      Object.fromEntries(attributes.flatMap((each) => rowsOf(each))),
    ]),
  )
  const departures = Object.values(OURS)
  const expected = Object.entries(RFC_7643).map(([id, table]) => [
    id,
    Object.assign(rowsIn(table), ...departures.map((each) => rowsIn(each[id] ?? ''))),
  ])
  assert.deepEqual(served, Object.fromEntries(expected))
})

test('each listed departure from RFC 7643 §8.7.1 is one', () => {
  for (const [reason, tables] of Object.entries(OURS))
    for (const [id, table] of Object.entries(tables))
      for (const [name, row] of Object.entries(rowsIn(table)))
        assert.notEqual(rowsIn(RFC_7643[id] ?? '')[name], row, `${name}: ${reason}`)
})

/** By name. */
function rowsIn(table: string): Record<string, string> {
  const lines = table.split('\n').map((line) => line.trim().split(/\s+/))
  return Object.fromEntries(
    lines.filter(([name]) => name !== '').map(([name = '', ...row]) => [name, row.join(' ')]),
  )
}

function rowsOf(attribute: Attribute, before = ''): [string, string][] {
  const { name, type, canonicalValues = [], referenceTypes = [] } = attribute
  const hasNeither = type === 'complex' || type === 'boolean'
  const row = [
    type,
    attribute.multiValued ? 'many' : 'one',
    attribute.required ? 'required' : 'optional',
    hasNeither ? '-' : attribute.caseExact ? 'exact' : 'any',
    attribute.mutability,
    attribute.returned,
    hasNeither ? '-' : attribute.uniqueness,
    ...canonicalValues,
    ...referenceTypes,
  ]
  const parts = (attribute.subAttributes ?? []).flatMap((sub) => rowsOf(sub, `${name}.`))
  return [[before + name, row.join(' ')], ...parts]
}
