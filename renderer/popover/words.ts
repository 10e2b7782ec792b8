/** What the frame of the popover says. */
export const words = {
  pages: { access: 'Access', requests: 'Requests', inbox: 'Inbox', settings: 'Settings' },
  navigation: 'Pages',
  waiting: (n: number) => `${n} waiting for you`,
  online: 'Online',
  connecting: 'Connecting…',
  offline: 'Offline',
  quiet: (until: string) => `Do not disturb until ${until}`,
  offlineSince: (time: string) => `Offline since ${time}.`,
  retry: 'Retry',
  updateName: 'Update',
  updateReady: (version: string) => `Sallyport ${version} is ready.`,
  restart: 'Restart',
  updateLater: 'Not now',
} as const;
