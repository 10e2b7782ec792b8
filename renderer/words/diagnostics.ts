/** What is said wherever the diagnostics can be copied for IT. */
export const diagnosticsWords = {
  copy: 'Copy diagnostics',
  copied: (lines: number) => `Copied ${lines === 1 ? '1 line' : `${lines} lines`}. Names and secrets are left out.`,
} as const;
