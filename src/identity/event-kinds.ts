/**
 * What can happen to an identity, by name. Sites set their reactions on these, so a name never
 * changes its meaning; `docs/reference/events.md` is written from this list.
 */
export interface EventMeaning {
  readonly meaning: string
  /** What `otherId` names; undefined when there is none. */
  readonly other?: string
}

export const EVENT_KINDS = {
  'person.created': {
    meaning: 'Somebody is there who was not. `state` may be inactive already, or joined.',
  },
  'person.changed': { meaning: 'Attributes changed; the name and the state did not.' },
  'person.renamed': {
    meaning: 'The FQN is another; the id is the same, and the old FQN still resolves.',
  },
  'person.deactivated': {
    meaning: 'They may not sign in any more. Their sessions ended with it; their groups stay.',
  },
  'person.reactivated': { meaning: 'They may sign in again.' },
  'person.joined': {
    meaning:
      "They are one person with another, who leads: this id is nobody by itself meanwhile, and its groups are the other's.",
    other: 'the one who leads',
  },
  'person.parted': {
    meaning:
      'They are a person of their own again, or for the first time, under the id they had; `state` says whether they may sign in.',
    other: 'the one who led',
  },
  'person.deleted': {
    meaning:
      'The identity provider has them no more. Every link of theirs is gone with it, without an event of its own.',
  },
  'person.manager-added': { meaning: 'They have a manager.', other: 'the manager' },
  'person.manager-removed': {
    meaning: 'That person is their manager no more.',
    other: 'the former manager',
  },
  'group.created': { meaning: 'A group is there that was not; its members follow one by one.' },
  'group.changed': { meaning: 'Attributes changed; the name did not.' },
  'group.renamed': {
    meaning: 'The FQN is another; the id and the members are the same.',
  },
  'group.deleted': {
    meaning:
      'The identity provider has it no more. Every link of it is gone with it, without an event of its own.',
  },
  'group.member-added': { meaning: 'A person or group is in it.', other: 'the member' },
  'group.member-removed': { meaning: 'It is in it no more.', other: 'the former member' },
} as const satisfies Record<string, EventMeaning>

export type EventKind = keyof typeof EVENT_KINDS
