// The story without hands: two real apps on two desktops, driven as two people would, on a real backend and sshd.
// `--json` prints one object a line and a summary last; the exit status is 1 if any step failed.
import { join } from 'node:path';
import { Person } from '../test/support/person.ts';
import { startStack } from '../test/support/stack.ts';
import { buildAll } from './build.ts';
import { Story } from './demo/story.ts';
import { Timeline } from './demo/timeline.ts';
import { startDisplay } from './display.ts';
import { electronRuntime } from './electron-runtime.ts';
import { ROOT } from './folders.ts';
import { ensureSystemLibraries } from './system-libraries.ts';

const timeline = new Timeline(process.argv.includes('--json'));
const cleanUp: (() => Promise<void>)[] = [];
let story: Story | undefined;
let problem: string | undefined;

async function tellStory(): Promise<void> {
  ensureSystemLibraries(['desktop', 'display', 'sshd']);
  const { executable } = await electronRuntime();
  await buildAll();
  const began = performance.now();
  const stack = await startStack();
  cleanUp.push(() => stack.dispose());
  timeline.tell({
    event: 'backend',
    text: `The backend runs at ${stack.backend.address}, its data in ${stack.backend.data}`,
  });
  const [erin, dana] = await Promise.all(
    ['Erin Okafor', 'Dana Novak'].map(async (name) => {
      // A screen for each: two apps on one would take the focus from each other.
      const display = await startDisplay();
      cleanUp.push(() => display.dispose());
      const person = await Person.start(name, { executable, display: display.name, backend: stack.backend.address });
      cleanUp.push(() => person.dispose());
      return person;
    }),
  );
  if (!erin || !dana) throw new Error('Two people are needed.');
  const startMs = Math.round(performance.now() - began);
  timeline.tell({ event: 'apps', text: `Two apps run on two desktops; all of it started in ${startMs} ms`, startMs });
  story = new Story(erin, dana, timeline, join(ROOT, 'out/demo'));
  await story.run();
}

try {
  await tellStory();
} catch (error) {
  problem = error instanceof Error ? error.message : String(error);
  timeline.tell({ event: 'failed', text: problem });
}
for (const act of cleanUp.reverse()) {
  await act().catch((error: unknown) => {
    problem ??= `Could not clean up: ${error}`;
  });
}
const measures = story?.measures ?? {};
const ok = problem === undefined && Object.values(measures).every((value) => value !== null);
timeline.end({ ok, ...measures, screenshots: story?.screenshots ?? [], ...(problem === undefined ? {} : { problem }) });
process.exitCode = ok ? 0 : 1;
