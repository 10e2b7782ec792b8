/** What the form says. */
export const words = {
  title: (targets: string) => `Ask for access to ${targets}`,
  amendTitle: (targets: string) => `Change your request for ${targets}`,
  amendText: (approvals: number) =>
    approvals === 0
      ? 'Approvers see what you change.'
      : `${approvals === 1 ? 'The approval' : `The ${approvals} approvals`} so far no longer ${approvals === 1 ? 'counts' : 'count'}: everybody decides anew.`,
  byLink: 'A link filled this in. Nothing is sent before you press Send.',
  back: 'Back',
  favourite: (target: string) => `Favourite: ${target}`,
  login: 'Login',
  role: 'Role',
  duration: 'How long',
  reason: 'Reason',
  reasonPlaceholder: 'What you need to do there',
  ticket: 'Ticket',
  ticketPlaceholder: 'Number or link',
  optional: 'optional',
  begins: 'When',
  now: 'When approved',
  later: 'Later',
  beginsAt: 'Begins at',
  beginsSentence: (when: string, zone: string) =>
    `Begins ${when} (${zone}). The clock starts then, or at approval if that comes later.`,
  endsWithSession: 'End with the session',
  endsWithSessionText: 'Released by itself when its last session closes',
  openTerminal: 'Open a terminal when approved',
  openTerminals: 'Open terminals when approved',
  direct: (targets: string) =>
    `${targets} is reached directly, without a gateway: only this app can cut sessions there.`,
  send: 'Send request',
  sendSeveral: (n: number) => `Send ${n} requests`,
  amend: 'Change request',
  noReason: (role: string | undefined) =>
    role === undefined ? 'One of the roles wants a reason.' : `The role ${role} wants a reason.`,
  noTicket: (role: string | undefined) =>
    role === undefined ? 'One of the roles wants a ticket.' : `The role ${role} wants a ticket.`,
  noLogin: (login: string, targets: number) =>
    targets === 1
      ? `The login ${login} is not given on this target.`
      : login === ''
        ? 'These targets have no login in common.'
        : `Not all of these targets give the login ${login}.`,
  needsFor: (targets: string) => `For ${targets}: `,
  gone: 'You may not ask for this',
  goneText: (targets: string) => `No role gives you ${targets} now. An admin of your org can change that.`,
  requestGone: 'This request can no longer be changed',
  requestGoneText: 'It was decided, taken back or has lapsed.',
  saveTemplate: 'Save as template…',
  templateName: 'Name of the template',
  templatePlaceholder: 'For example: restart the invoice worker',
  save: 'Save',
  saved: (name: string) => `Saved as “${name}”.`,
} as const;
