/** What the samples say: a backend that is locked, and friendly presets. */
export const SAMPLE = {
  enforced: {
    backendAddress: 'https://sallyport.example.com',
    updateChannel: 'stable',
    idleSignOutMinutes: 240,
    deepLinks: ['request', 'connect'],
  },
  defaults: {
    startAtLogin: true,
    updates: 'install',
    notifications: true,
  },
} as const;
