import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The files that take longest, mostly waiting for an access to end: what is begun last is what everybody waits for. */
const LONG = [
  'e2e/end-of-grant',
  'e2e/axe',
  'e2e/living',
  'e2e/main-job',
  'e2e/native',
  'interop/gateway/longer',
  'interop/backend/lifecycle',
  'interop/backend/demo',
];

const rank = ({ moduleId }: TestSpecification): number => {
  const at = LONG.findIndex((name) => moduleId.endsWith(`${name}.test.ts`));
  return at === -1 ? LONG.length : at;
};

/** vitest's own order, which knows how long files took only where they have run before, but for the longest. */
export class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}
