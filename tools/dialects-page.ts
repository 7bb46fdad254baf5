/** The lines of docs/reference/dialects.md, from the list of rewrites and the recordings. */
import { globSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { REWRITES, type Rewrite } from '../src/scim/index.ts'

/** What the page says of a recording; test/recordings/README.md says the rest. */
const recording = z.object({
  client: z.string(),
  what: z.string(),
  grade: z.string(),
  source: z.string(),
})

export function dialectLines(): string[] {
  return [
    'Identity providers depart from RFC 7643 and 7644 in ways that a literal reading would answer with an error, or',
    'worse, with lost members. Each departure that we know is undone by a named rewrite before the rules see the request.',
    'The log names each one that fired. All are on, because each is harmless to those who do not speak so; a connection',
    'can switch some off, or be strict. Nothing else in the product asks which identity provider it speaks with.',
    '',
    '## Rewrites',
    '',
    ...REWRITES.flatMap(section),
    '## Always',
    '',
    'These hold for every connection, strict ones too:',
    '',
    '- Names of attributes and schemas, operators and the words add, replace and remove are read in any letter case.',
    '- `null`, `""` and `[]` mean "no value" (RFC 7643 section 2.5): nothing on create, cleared on PUT and PATCH.',
    '- In a filter a boolean may stand in double quotes, and a complex attribute that is compared means its `value`.',
    '- `id`, `meta` and `groups` in the body of a POST or PUT are ignored; they are ours to say.',
    '- A password is accepted and forgotten.',
    '- Members that the connection does not have are left out and reported; the others are taken.',
    '- A PUT that leaves out `active`, `externalId`, what can be set only once, or the members of a group keeps them.',
    '',
    'Unless a connection is strict, an attribute or a schema that we do not have is left out and reported, and the rest',
    'of the request happens.',
    '',
    '## Strict',
    '',
    'A strict connection is read by the SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile, read in',
    'November 2026). No rewrite is on, and:',
    '',
    '- an attribute or a schema that is not in `/Schemas` is 400 `invalidSyntax`;',
    '- the body must be `application/scim+json`;',
    '- each operation of a PATCH must have a path: without one it is `invalidSyntax`;',
    '- a replace of a complex attribute replaces it whole, an add merges;',
    '- a filter in a path must be followed by a part of the element (else `invalidPath`) and select one element at most',
    '  (else `invalidFilter`); members of a group are exempt, who are removed by `members[value eq "…"]`.',
    '',
    'What the profile asks of every server (exact discovery documents, `eq` and `and`, pages of 100 and more, deletes that',
    'delete, 409 `uniqueness`) holds for all connections. Okta and Entra ID do not speak this profile today: leave their',
    'connections as they are.',
    '',
    '## Recordings',
    '',
    'What each client sends is replayed through the real server by `test/recordings/replay.test.ts`. The shape of each',
    'recording follows a source; the data is invented. `doc`: the vendor’s documentation; `test`: the vendor’s own test or',
    'validator; `src`: the source code of the client; `seen`: a published request or log; `3rd`: third parties only;',
    '`composed`: a description only, the body is ours.',
    '',
    '| Client | What happens | Grade | Source |',
    '|---|---|---|---|',
    ...globSync('test/recordings/*/*.json').toSorted().map(row),
  ]
}

function section({ name, clients, sent, meant, why }: Rewrite): string[] {
  return [
    `### ${name}`,
    '',
    `${why} Sent by: ${clients.join(', ')}.`,
    '',
    '```text',
    `sent   ${sent}`,
    `means  ${meant}`,
    '```',
    '',
  ]
}

function row(file: string): string {
  const { client, what, grade, source } = recording.parse(JSON.parse(readFileSync(file, 'utf8')))
  return `| ${client} | ${what} | ${grade} | <${source}> |`
}
