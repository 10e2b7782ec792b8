/** What is said wherever the organisation has set something. */
export const managedWords = {
  mark: 'Managed by your organisation',
  hint: 'Your IT sets this on this computer. Ask them if it should be otherwise.',
} as const;
