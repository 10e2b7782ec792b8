import { useSnapshot } from '../../store/snapshot.ts';
import { managedWords } from '../../words/managed.ts';
import { Row } from './row.tsx';
import { words } from './words.ts';

/** That this computer is managed, by what, and what of it has no place elsewhere on this page. Nothing when it is not. */
export function ManagedRow() {
  const { source, deepLinks, problem } = useSnapshot((s) => s.managed);
  if (source === '' && problem === null) return null;
  return (
    <Row
      label={managedWords.mark}
      text={
        <>
          {problem !== null ? words.managedBefore : words.managedBy(source)}
          {deepLinks !== null && <> {words.links(deepLinks)}</>}
        </>
      }
      failure={problem}
    />
  );
}
