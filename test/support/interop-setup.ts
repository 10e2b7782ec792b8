// Runs once before the interop tests: they start the backend dozens of times, and built it starts in a third of the time.
import { buildAll } from '../../scripts/build.ts';

export default async function setup(): Promise<void> {
  await buildAll(console.error, ['backend']);
}
