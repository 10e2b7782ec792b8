import { defineConfig } from 'vitest/config';
import { LongFilesFirst } from './test/support/long-files-first.ts';

// Four projects, from quick to slow, so that a run can stop at the one that concerns it:
//   unit       our code alone, with a real database or a real socket where that is what is tested
//   interop    against what others made: ssh, sshd, ssh-keygen, PostgreSQL
//   packaging  the packages, looked into, installed and updated on this machine
//   e2e        the built programs, driven as a person would
export default defineConfig({
  test: {
    sequence: { sequencer: LongFilesFirst },
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.{ts,tsx}'],
          exclude: ['test/interop/**', 'test/packaging/**', 'test/e2e/**'],
          globalSetup: ['test/support/database-template-setup.ts'],
          // Loading the same modules again for each file took longer than the tests.
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'interop',
          include: ['test/interop/**/*.test.ts'],
          globalSetup: ['test/support/interop-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'packaging',
          include: ['test/packaging/**/*.test.ts'],
          globalSetup: ['test/packaging/setup.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // There is one system to install on.
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          globalSetup: ['test/support/e2e-setup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
